// Reading, printing and refusing parameter values.
#include "losses/parameter.h"

#include <charconv>
#include <cmath>

#include "core/error.h"

namespace skew {

bool Range::contains(double v) const {
  if (!std::isfinite(v)) return false;
  return (low_open ? v > low : v >= low) && (high_open ? v < high : v <= high);
}

std::string Range::words() const {
  const bool below = std::isfinite(high), under = std::isfinite(low);
  if (!below && !under) return "finite";
  if (!below) return text(low_open ? "> " : "≥ ", low);
  if (!under) return text(high_open ? "< " : "≤ ", high);
  return text("in ", low_open ? "(" : "[", low, ", ", high, high_open ? ")" : "]");
}

std::ostream& operator<<(std::ostream& out, ParameterName what) { return out << what.loss << ": " << what.name; }

void check_parameter(ParameterName what, double value, const Range& range) {
  if (range.contains(value)) return;
  const bool gives_reason = std::isfinite(value) && *range.why;
  const std::string words = range.words();
  throw ValueError(text(what, " must be ", std::isfinite(value) || words == "finite" ? "" : "finite and ", words,
                        ", got ", parameter_text(value), gives_reason ? ": " : "", gives_reason ? range.why : ""));
}

void check_parameter(ParameterName what, const PerClass& value, const Range& range) {
  if (value.values.empty()) throw ValueError(text(what, " must be one number, or one per class; got none"));
  for (double v : value.values) check_parameter(what, v, range);
}

namespace {

template <class Number>
Number parse(ParameterName what, std::string_view word) {
  Number value{};
  const auto [end, code] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (code != std::errc{} || end != word.data() + word.size())
    throw ValueError(text(what, " must be a ", std::is_integral_v<Number> ? "whole " : "", "number, got '", word, "'"));
  return value;
}

}  // namespace

void set_parameter(ParameterName what, double& value, const std::string& word, const Range& range) {
  value = parse<double>(what, word);
  check_parameter(what, value, range);
}

void set_parameter(ParameterName what, int& value, const std::string& word, const Range& range) {
  value = parse<int>(what, word);
  check_parameter(what, value, range);
}

void set_parameter(ParameterName what, bool& value, const std::string& word, const Range&) {
  if (word == "true" || word == "1") value = true;
  else if (word == "false" || word == "0") value = false;
  else throw ValueError(text(what, " must be true or false, got '", word, "'"));
}

void set_parameter(ParameterName what, PerClass& value, const std::string& word, const Range& range) {
  value.values.clear();
  for (size_t begin = 0; begin <= word.size();) {
    const size_t end = std::min(word.find(',', begin), word.size());
    value.values.push_back(parse<double>(what, std::string_view(word).substr(begin, end - begin)));
    begin = end + 1;
  }
  check_parameter(what, value, range);
}

std::string parameter_text(double value) {
  char digits[32];
  const auto result = std::to_chars(digits, digits + sizeof digits, value);
  return std::string(digits, result.ptr);
}

std::string parameter_text(int value) { return std::to_string(value); }
std::string parameter_text(bool value) { return value ? "true" : "false"; }

std::string parameter_text(const PerClass& value) {
  std::string list;
  for (double v : value.values) list += (list.empty() ? "" : ",") + parameter_text(v);
  return list;
}

}  // namespace skew
