// Named arguments: reading them back, and saying what was expected when a name or a number does not fit.
#include "core/args.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"

namespace skew {
namespace {

ptrdiff_t whole(std::string_view name, double value) {
  if (!(std::abs(value) < 0x1p53) || value != std::floor(value))
    throw ValueError(text("argument '", name, "': expected a whole number, got ", value));
  return ptrdiff_t(value);
}

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

bool Args::is_list(std::string_view name) const {
  const ArgValue* value = find(name);
  return value && std::holds_alternative<std::vector<double>>(*value);
}

double Args::number(std::string_view name, double otherwise) const {
  const ArgValue* value = find(name);
  return value ? as<double>(name, *value, "a number") : otherwise;
}

ptrdiff_t Args::integer(std::string_view name, ptrdiff_t otherwise) const {
  const ArgValue* value = find(name);
  return value ? whole(name, as<double>(name, *value, "a whole number")) : otherwise;
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

std::vector<ptrdiff_t> Args::integers(std::string_view name, const std::vector<ptrdiff_t>& otherwise) const {
  const ArgValue* value = find(name);
  if (!value) return otherwise;
  std::vector<ptrdiff_t> list;
  for (const double v : as<std::vector<double>>(name, *value, "a list of whole numbers"))
    list.push_back(whole(name, v));
  return list;
}

void Args::only(std::string_view op, const std::vector<std::string>& known) const {
  for (const auto& [name, value] : values_)
    if (std::find(known.begin(), known.end(), name) == known.end())
      throw ValueError(text(op, ": ", unknown_word("argument", name, known)));
}

void Args::read_into(std::string_view op, const Described& s, const std::vector<std::string>& also) const {
  std::vector<std::string> known = field_names(s);
  known.insert(known.end(), also.begin(), also.end());
  only(op, known);
  for (const auto& [name, value] : values_)
    if (has(name)) set_field_named({op, name}, s, name, value_text(value));
}

std::string Args::value_text(const ArgValue& value) {
  struct {
    std::string operator()(std::nullptr_t) const { return ""; }
    std::string operator()(bool flag) const { return field_text(flag); }
    std::string operator()(double number) const { return field_text(number); }
    std::string operator()(const std::string& word) const { return word; }
    std::string operator()(const std::vector<double>& list) const { return field_text(list); }
  } writer;
  return std::visit(writer, value);
}

std::string Args::print() const {
  struct {
    std::string operator()(std::nullptr_t) const { return "null"; }
    std::string operator()(bool b) const { return b ? "true" : "false"; }
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
