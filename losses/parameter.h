// How a loss describes its parameters: a name, the member it sets, the range it must lie in (and why), one line of doc.
// The table of losses, the command line, TOML files and reports all read this one description; values travel as text.
// Read next: pointwise_loss.h.
#pragma once
#include <array>
#include <cstdint>
#include <iosfwd>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace skew {

// The values a number may take; `why` completes the refusal of anything else.
struct Range {
  double low = -std::numeric_limits<double>::infinity(), high = std::numeric_limits<double>::infinity();
  bool low_open = false, high_open = false;
  const char* why = "";

  bool contains(double v) const;    // false for NaN and ±infinity
  std::string words() const;        // "≥ 0", "> 1", "in [0, 1)", "finite"
};
constexpr Range finite() { return {}; }
constexpr Range at_least(double low, const char* why = "") {
  return {.low = low, .why = why};
}
constexpr Range above(double low, const char* why = "") { return {.low = low, .low_open = true, .why = why}; }
constexpr Range from_up_to(double low, double high_excluded, const char* why = "") {
  return {.low = low, .high = high_excluded, .high_open = true, .why = why};
}

// One number for all classes, or one per class. As text: `2`, `2,1.5,8`.
struct PerClass {
  std::vector<double> values;
  PerClass(double for_all = 1) : values{for_all} {}
  PerClass(std::vector<double> v) : values(std::move(v)) {}
  double at(int64_t c) const { return values.size() == 1 ? values[0] : values[size_t(c)]; }
};

// "ral: lambda": opens the message of a refusal. Two views, so that a check that passes costs no string.
struct ParameterName {
  std::string_view loss, name;
};
std::ostream& operator<<(std::ostream& out, ParameterName what);

// ---- one value from its text, and back -----------------------------------------------------------------------------
void set_parameter(ParameterName what, double& value, const std::string& text, const Range& range);
void set_parameter(ParameterName what, bool& value, const std::string& text, const Range&);   // true | false | 1 | 0
void set_parameter(ParameterName what, int& value, const std::string& text, const Range& range);
void set_parameter(ParameterName what, PerClass& value, const std::string& text, const Range& range);
std::string parameter_text(double value);  // the shortest text that reads back equal
std::string parameter_text(bool value);
std::string parameter_text(int value);
std::string parameter_text(const PerClass& value);
template <class V>
requires std::is_enum_v<V>
std::string parameter_text(V value) {
  return words_of(value).at(size_t(value));
}

// ---- what a form or a page needs to know of a value --------------------------------------------------------------------
enum class ParameterKind { number, whole, flag, word, per_class, pair };
template <class V>
constexpr ParameterKind parameter_kind(const V&) {
  return std::is_same_v<V, bool>       ? ParameterKind::flag
         : std::is_floating_point_v<V> ? ParameterKind::number
         : std::is_integral_v<V>       ? ParameterKind::whole
         : std::is_enum_v<V>           ? ParameterKind::word
         : std::is_same_v<V, PerClass> ? ParameterKind::per_class
                                       : ParameterKind::pair;
}
template <class V>
double parameter_number(const V& value) {
  if constexpr (std::is_arithmetic_v<V> || std::is_enum_v<V>) return double(value);
  else if constexpr (std::is_same_v<V, PerClass>)
    return value.values[0];
  else
    return value.number();
}
// A pair M,N as one number, pair_radix·M + N; both are below it.
inline constexpr int pair_radix = 1024;
// How an enumeration's values are spelled: its words_of(V) names them in their order, and stands beside it.
template <class V>
std::vector<std::string> parameter_words(const V& value) {
  std::vector<std::string> words;
  if constexpr (std::is_enum_v<V>)
    for (const char* word : words_of(value)) words.push_back(word);
  return words;
}

// Throws ValueError when the value lies outside: what a loss built in C++ is checked with.
void check_parameter(ParameterName what, double value, const Range& range);
inline void check_parameter(ParameterName, bool, const Range&) {}
template <class V>
requires std::is_enum_v<V>
void check_parameter(ParameterName, V, const Range&) {}
inline void check_parameter(ParameterName what, int value, const Range& range) {
  check_parameter(what, double(value), range);
}
void check_parameter(ParameterName what, const PerClass& value, const Range& range);

// All of a loss's. Throws ValueError naming the parameter and the reason.
template <class L>
void check_parameters(const L& loss) {
  L::parameters(loss, [](const char* name, const auto& value, const Range& range, const char*) {
    check_parameter({L::name, name}, value, range);
  });
  if constexpr (requires { loss.check(); }) loss.check();
}

}  // namespace skew
