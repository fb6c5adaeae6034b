// Named arguments of an op as data: what the registry, the golden files and a network written as nodes speak.
// Values are null, true/false, a number, a word, or a list of numbers. Typed code uses the op's own args struct.
#pragma once
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/fields.h"

namespace skew {

using ArgValue = std::variant<std::nullptr_t, bool, double, std::string, std::vector<double>>;

class Args {
 public:
  Args() = default;
  Args(std::initializer_list<std::pair<const std::string, ArgValue>> values) : values_(values) {}

  void set(const std::string& name, ArgValue value) { values_[name] = std::move(value); }
  bool has(std::string_view name) const;  // present and not null
  // Each returns `otherwise` when the argument is absent or null, and throws ValueError naming it on another type.
  ptrdiff_t integer(std::string_view name, ptrdiff_t otherwise) const;  // also when it is not whole
  bool flag(std::string_view name, bool otherwise) const;
  std::string word(std::string_view name, const std::string& otherwise) const;
  std::vector<double> numbers(std::string_view name, const std::vector<double>& otherwise) const;
  // The struct S (core/fields.h) with the arguments of these names in place of its defaults; `also`: names that the
  // caller reads. Throws ValueError naming `op` for any other name and for values outside a member's range.
  template <class S> S read(std::string_view op, S s = {}, const std::vector<std::string>& also = {}) const;
  // Throws ValueError naming `op` when an argument outside `known` is present.
  void only(std::string_view op, const std::vector<std::string>& known) const;
  std::string print() const;  // kernel=[3, 3] groups=1

 private:
  const ArgValue* find(std::string_view name) const;
  void read_into(std::string_view op, const AnyStruct& s, const std::vector<std::string>& also) const;
  static std::string value_text(const ArgValue& value);  // true  0.1  max  1,2,3
  std::map<std::string, ArgValue, std::less<>> values_;
};

template <class S> S Args::read(std::string_view op, S s, const std::vector<std::string>& also) const {
  read_into(op, any_struct(s), also);
  check_fields(op, s);
  return s;
}

}  // namespace skew
