#include "core/text.h"

#include <charconv>
#include <cmath>

namespace skew {
namespace {

template <class Number>
std::optional<Number> parse(std::string_view word) {
  Number value{};
  const auto [end, code] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (code != std::errc{} || end != word.data() + word.size()) return {};
  return value;
}

}  // namespace

std::optional<double> parse_number(std::string_view word) { return parse<double>(word); }

std::optional<int64_t> parse_whole(std::string_view word) {
  constexpr double most = 0x1p53;
  const std::optional<double> value = parse_number(word);
  if (!value || !(std::abs(*value) <= most) || *value != std::floor(*value)) return {};
  return int64_t(*value);
}

std::string shortest(double value) {
  char digits[32];
  const auto result = std::to_chars(digits, digits + sizeof digits, value);
  return std::string(digits, result.ptr);
}

std::vector<std::string> split_list(std::string_view list, char at) {
  std::vector<std::string> items;
  for (size_t begin = 0; !list.empty() && begin <= list.size();) {
    const size_t end = std::min(list.find(at, begin), list.size());
    items.emplace_back(list.substr(begin, end - begin));
    begin = end + 1;
  }
  return items;
}

std::string joined(const std::vector<std::string>& items, std::string_view between) {
  std::string list;
  for (size_t i = 0; i < items.size(); ++i) {
    if (i > 0) list += between;
    list += items[i];
  }
  return list;
}

}  // namespace skew
