// One member of a struct: what it may be, its value from text and back. All members of a struct: fields.h.
// Values may be bool, whole numbers, double, std::string, enumerations with a words_of(), PerClass, vectors and
// optionals of these, and types that bring their own set_field, check_field and field_text (losses/ral.h: RalTerms).
#pragma once
#include <array>
#include <concepts>
#include <cstdint>
#include <iosfwd>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/error.h"
#include "core/text.h"

namespace skew {

// ---- what a member may be -------------------------------------------------------------------------------------------
// The values a number may take (those of a list: each), or the words that a text may be; `why` completes a refusal.
struct Range {
  double low = -std::numeric_limits<double>::infinity(), high = std::numeric_limits<double>::infinity();
  bool low_open = false, high_open = false;
  const char* why = "";
  const char* unit = "";                                // what the number counts, where that matters: "steps"
  std::vector<std::string> (*known_words)() = nullptr;  // asked of their owner each time; none: any text

  bool contains(double v) const;  // false for NaN and ±infinity
  std::string words() const;      // "≥ 0", "> 1", "in [0, 1)", "finite"; "sgd, adam or adamw"
};
constexpr Range finite() { return {}; }
constexpr Range at_least(double low, const char* why = "") { return {.low = low, .why = why}; }
constexpr Range above(double low, const char* why = "") { return {.low = low, .low_open = true, .why = why}; }
constexpr Range between(double low, double high, const char* why = "") {
  return {.low = low, .high = high, .why = why};
}
constexpr Range from_up_to(double low, double high_excluded, const char* why = "") {
  return {.low = low, .high = high_excluded, .high_open = true, .why = why};
}
constexpr Range any_text() { return {}; }
constexpr Range one_of(std::vector<std::string> (*known_words)()) { return {.known_words = known_words}; }

// One number for all classes, or one per class. As text: `2`, `2,1.5,8`.
struct PerClass {
  std::vector<double> values;
  PerClass(double for_all = 1) : values{for_all} {}
  PerClass(std::vector<double> v) : values(std::move(v)) {}
  double at(int64_t c) const { return values.size() == 1 ? values[0] : values[size_t(c)]; }
};

// Values as text by name: {{"gamma_neg", "4"}, {"form", "paper"}, {"pos_weight", "2,1.5,8"}}.
using FieldTexts = std::vector<std::pair<std::string, std::string>>;

// Something chosen by name, with arguments of its own: a loss and its parameters. As text: the name; `arguments` are
// set as fields of theirs (fields.h: set_field_named with "loss.lambda"), and checked by whoever makes the thing.
struct Choice {
  std::string name;
  FieldTexts arguments = {};
  void set(const std::string& argument, const std::string& text);  // in place of what it was
};

// "ral: lambda", or "--lr" without an owner: opens the message of a refusal. Two views, so that a check that passes
// costs no string.
struct FieldName {
  std::string_view owner, name;
};
std::ostream& operator<<(std::ostream& out, FieldName what);

template <class V>
concept WholeNumber = std::integral<V> && !std::same_as<V, bool>;
template <class V>
concept Enumeration = std::is_enum_v<V>;

// How an enumeration's values are spelled: its words_of(V) names them in their order, and stands beside it.
template <class V> std::vector<std::string> field_words(const V&) {
  std::vector<std::string> words;
  if constexpr (Enumeration<V>)
    for (const char* word : words_of(V{})) words.push_back(word);
  else if constexpr (requires(V v) { v.reset(); }) return field_words(typename V::value_type{});
  return words;
}

// ---- checking one value ---------------------------------------------------------------------------------------------
// Throws ValueError when the value lies outside: what a struct filled in C++ is checked with.
void check_field(FieldName what, double value, const Range& range);
void check_field(FieldName what, const PerClass& value, const Range& range);
void check_field(FieldName what, const std::string& value, const Range& range);
inline void check_field(FieldName what, const Choice& choice, const Range& range) {
  check_field(what, choice.name, range);
}
inline void check_field(FieldName, bool, const Range&) {}
template <WholeNumber V> void check_field(FieldName what, V value, const Range& range) {
  check_field(what, double(value), range);
}
template <Enumeration V> void check_field(FieldName, V, const Range&) {}
template <class V> void check_field(FieldName what, const std::vector<V>& values, const Range& range) {
  for (const V& value : values) check_field(what, value, range);
}
template <class V> void check_field(FieldName what, const std::optional<V>& value, const Range& range) {
  if (value) check_field(what, *value, range);
}

// ---- one value from its text, and back ------------------------------------------------------------------------------
// Each throws ValueError for text that is no such value, and what check_field throws. In words - and _ are the same.
void set_field(FieldName what, double& value, const std::string& text, const Range& range);
void set_field(FieldName what, bool& value, const std::string& text, const Range&);  // true | false | 1 | 0 | yes | no
void set_field(FieldName what, PerClass& value, const std::string& text, const Range& range);
void set_field(FieldName what, std::string& value, const std::string& text, const Range& range);
inline void set_field(FieldName what, Choice& choice, const std::string& name, const Range& range) {
  set_field(what, choice.name, name, range);
}
// The place of `word` in `words`; throws ValueError with a suggestion.
size_t word_field(FieldName what, const std::string& word, const std::vector<std::string>& words);
int64_t whole_field(FieldName what, const std::string& text, const Range& range);
template <WholeNumber V> void set_field(FieldName what, V& value, const std::string& text, const Range& range) {
  const int64_t whole = whole_field(what, text, range);
  if (!std::in_range<V>(whole))
    check_field(what, double(whole),
                between(double(std::numeric_limits<V>::min()), double(std::numeric_limits<V>::max())));
  value = V(whole);
}
template <Enumeration V> void set_field(FieldName what, V& value, const std::string& word, const Range&) {
  value = V(word_field(what, word, field_words(value)));
}
template <class V>  // items at commas
void set_field(FieldName what, std::vector<V>& values, const std::string& list, const Range& range) {
  values.clear();
  for (const std::string& item : split_list(list)) set_field(what, values.emplace_back(), item, range);
}
template <class V>  // "auto": nothing
void set_field(FieldName what, std::optional<V>& value, const std::string& text, const Range& range) {
  value.reset();
  if (text != "auto") set_field(what, value.emplace(), text, range);
}

std::string field_text(double value);  // the shortest text that reads back equal
std::string field_text(bool value);
std::string field_text(const PerClass& value);
inline std::string field_text(const std::string& value) { return value; }
inline std::string field_text(const Choice& choice) { return choice.name; }
template <WholeNumber V> std::string field_text(V value) { return std::to_string(value); }
template <Enumeration V> std::string field_text(V value) { return words_of(value).at(size_t(value)); }
template <class V> std::string field_text(const std::vector<V>& values) {
  std::vector<std::string> items;
  for (const V& value : values) items.push_back(field_text(value));
  return quoted_list(items);
}
template <class V> std::string field_text(const std::optional<V>& value) { return value ? field_text(*value) : "auto"; }

// ---- what a table, a form or a page needs to know of a member -------------------------------------------------------
enum class FieldKind { number, whole, flag, word, per_class, pair, text, list, choice };
template <class V> constexpr FieldKind field_kind() {
  if constexpr (std::is_same_v<V, bool>) return FieldKind::flag;
  else if constexpr (std::is_floating_point_v<V>) return FieldKind::number;
  else if constexpr (WholeNumber<V>) return FieldKind::whole;
  else if constexpr (Enumeration<V>) return FieldKind::word;
  else if constexpr (std::is_same_v<V, PerClass>) return FieldKind::per_class;
  else if constexpr (std::is_same_v<V, std::string>) return FieldKind::text;
  else if constexpr (std::is_same_v<V, Choice>) return FieldKind::choice;
  else if constexpr (requires(V v) { v.push_back({}); }) return FieldKind::list;
  else if constexpr (requires(V v) { v.reset(); }) return field_kind<typename V::value_type>();
  else return FieldKind::pair;
}

// A pair M,N as one number, pair_radix·M + N; both are below it.
inline constexpr int pair_radix = 1024;
// The value as a page keeps it: a flag's 0 or 1, a word's index, the first of one per class; 0 for texts and lists.
template <class V> double field_number(const V& value) {
  if constexpr (std::is_arithmetic_v<V> || Enumeration<V>) return double(value);
  else if constexpr (std::is_same_v<V, PerClass>) return value.values[0];
  else if constexpr (requires { value.number(); }) return value.number();
  else return 0;
}

template <class V> std::string range_words(const V& value, const Range& range) {
  if constexpr (std::is_same_v<V, bool>) return "true or false";
  else if constexpr (Enumeration<V>) return joined(field_words(value), " or ");
  else if constexpr (requires { V::range; }) return V::range;
  else if constexpr (requires(V v) { v.reset(); }) return "auto, or " + range_words(typename V::value_type{}, range);
  else return range.words();
}

// ---- a member without its type --------------------------------------------------------------------------------------
// What is done with a value, by its type V.
struct FieldType {
  FieldKind kind;
  void (*check)(FieldName what, const void* value, const Range& range);
  void (*set)(FieldName what, void* value, const std::string& text, const Range& range);
  std::string (*text)(const void* value);
  std::string (*range_words)(const void* value, const Range& range);
  std::vector<std::string> (*words)(const void* value);
  double (*number)(const void* value);
};
template <class V> const FieldType& field_type() {
  static constexpr FieldType type{
      field_kind<V>(),
      [](FieldName what, const void* value, const Range& range) {
        check_field(what, *static_cast<const V*>(value), range);
      },
      [](FieldName what, void* value, const std::string& text, const Range& range) {
        set_field(what, *static_cast<V*>(value), text, range);
      },
      [](const void* value) { return field_text(*static_cast<const V*>(value)); },
      [](const void* value, const Range& range) { return range_words(*static_cast<const V*>(value), range); },
      [](const void* value) { return field_words(*static_cast<const V*>(value)); },
      [](const void* value) { return field_number(*static_cast<const V*>(value)); }};
  return type;
}
extern template const FieldType& field_type<double>();  // made once, in field.cpp
extern template const FieldType& field_type<bool>();
extern template const FieldType& field_type<int64_t>();
extern template const FieldType& field_type<std::string>();
extern template const FieldType& field_type<PerClass>();
extern template const FieldType& field_type<Choice>();
extern template const FieldType& field_type<std::vector<double>>();
extern template const FieldType& field_type<std::vector<std::string>>();

}  // namespace skew
