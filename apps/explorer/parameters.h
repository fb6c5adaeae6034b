// A call's words sorted by the names of its parameters, for the functions of the language. What PyTorch's users write
// and nothing here needs (dtype, device, label) is passed over.
#pragma once
#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "apps/explorer/calls.h"
#include "core/error.h"
#include "core/text.h"

namespace skew::explorer {

class Parameters {
 public:
  Parameters(const std::string& function, const std::vector<WrittenArgument>& written,
             const std::vector<std::string>& names) {
    size_t place = 0;
    for (const WrittenArgument& w : written) {
      if (w.name == "dtype" || w.name == "device" || w.name == "label" || w.name == "_children" || w.name == "_op")
        continue;
      std::string name = w.name;
      if (name.empty() && place < names.size()) name = names[place++];
      if (name.empty())
        throw ValueError(
            text(function, ": too many arguments; it takes ", names.empty() ? "none" : joined(names, ", ")));
      if (std::find(names.begin(), names.end(), name) == names.end())
        throw ValueError(text(function, ": ", unknown_word("argument", name, names)));
      values_[name] = w.value;
    }
    function_ = function;
  }

  const Value* find(const std::string& name) const& {  // as long as this lives; null: not given
    const auto at = values_.find(name);
    return at == values_.end() ? nullptr : &at->second;
  }
  const Value* find(const std::string& name) const&& = delete;
  double number(const std::string& name, double otherwise) const {
    const Value* value = find(name);
    if (!value) return otherwise;
    if (const Number* n = value->as<Number>()) return n->value;
    if (const Tensor* t = value->as<Tensor>(); t && t->count() == 1 && !t->node()) return t->item();
    throw ValueError(text(function_, ": expected a number for ", name, ", got ", kind_of(*value)));
  }
  double number(const std::string& name) const {
    if (!find(name)) throw ValueError(text(function_, ": ", name, " is missing"));
    return number(name, 0);
  }
  bool flag(const std::string& name) const {
    const Value* value = find(name);
    const bool* flag = value ? value->as<bool>() : nullptr;
    if (value && !flag)
      throw ValueError(text(function_, ": expected True or False for ", name, ", got ", kind_of(*value)));
    return flag && *flag;
  }

 private:
  std::string function_;
  std::map<std::string, Value> values_;
};

}  // namespace skew::explorer
