// Lists, and the names of kinds.
#include "apps/explorer/value.h"

#include <algorithm>

namespace skew::explorer {

List list_of(Values items, bool tuple) {
  int depth = 1;
  for (const Value& item : items)
    if (const List* list = item.as<List>()) depth = std::max(depth, list->depth + 1);
  if (depth > deepest_list) throw ValueError(text("list: more than ", deepest_list, " lists within each other"));
  return {std::make_shared<const Values>(std::move(items)), tuple, depth};
}

const char* kind_of(const Value& value) {
  constexpr const char* words[] = {"None",     "True or False",          "a number",   "a text",   "a list",
                                   "a tensor", "a module or a function", "a function", "a method", "a block"};
  return words[value.is.index()];
}

}  // namespace skew::explorer
