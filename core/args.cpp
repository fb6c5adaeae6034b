// Named arguments: reading them back, and saying what was expected when a name or a number does not fit.
#include "core/args.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"

namespace skew {
namespace {

template <class T> const T& as(std::string_view name, const ArgValue& value, const char* kind) {
  const T* typed = std::get_if<T>(&value);
  if (!typed) throw ValueError(text("argument '", name, "': expected ", kind));
  return *typed;
}

}  // namespace

const ArgValue* Args::find(std::string_view name) const {
  const auto at = values_.find(name);
  return at == values_.end() || std::holds_alternative<std::nullptr_t>(at->second) ? nullptr : &at->second;
}

bool Args::has(std::string_view name) const { return find(name) != nullptr; }

ptrdiff_t Args::integer(std::string_view name, ptrdiff_t otherwise) const {
  const ArgValue* given = find(name);
  if (!given) return otherwise;
  const double value = as<double>(name, *given, "a whole number");
  if (!(std::abs(value) < 0x1p53) || value != std::floor(value))
    throw ValueError(text("argument '", name, "': expected a whole number, got ", value));
  return ptrdiff_t(value);
}

bool Args::flag(std::string_view name, bool otherwise) const {
  const ArgValue* value = find(name);
  return value ? as<bool>(name, *value, "true or false") : otherwise;
}

std::string Args::word(std::string_view name, const std::string& otherwise) const {
  const ArgValue* value = find(name);
  return value ? as<std::string>(name, *value, "a word") : otherwise;
}

std::vector<double> Args::numbers(std::string_view name, const std::vector<double>& otherwise) const {
  const ArgValue* value = find(name);
  return value ? as<std::vector<double>>(name, *value, "a list of numbers") : otherwise;
}

void Args::only(std::string_view op, const std::vector<std::string>& known) const {
  for (const auto& [name, value] : values_)
    if (std::find(known.begin(), known.end(), name) == known.end())
      throw ValueError(text(op, ": ", unknown_word("argument", name, known)));
}

void Args::read_into(std::string_view op, const AnyStruct& s, const std::vector<std::string>& also) const {
  std::vector<std::string> known = field_names(s);
  known.insert(known.end(), also.begin(), also.end());
  only(op, known);
  for (const auto& [name, value] : values_)
    if (has(name)) set_field_named({op, name}, s, name, value_text(value));
}

std::string Args::value_text(const ArgValue& value) {
  return std::visit(
      [](const auto& v) -> std::string {
        if constexpr (std::is_same_v<decltype(v), const std::nullptr_t&>) return "";
        else return field_text(v);
      },
      value);
}

std::string Args::print() const {
  struct {
    std::string operator()(std::nullptr_t) const { return "null"; }
    std::string operator()(bool b) const { return field_text(b); }
    std::string operator()(double d) const { return text(d); }
    std::string operator()(const std::string& s) const { return s; }
    std::string operator()(const std::vector<double>& list) const {
      std::string out = "[";
      for (const double d : list) out += (out.size() > 1 ? ", " : "") + text(d);
      return out + "]";
    }
  } printer;
  std::string out;
  for (const auto& [name, value] : values_) out += (out.empty() ? "" : " ") + name + "=" + std::visit(printer, value);
  return out;
}

}  // namespace skew
