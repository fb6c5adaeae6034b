// Reading, printing and refusing single values.
#include "core/field.h"

#include <algorithm>
#include <cmath>
#include <ostream>

namespace skew {

bool Range::contains(double v) const {
  if (!std::isfinite(v)) return false;
  return (low_open ? v > low : v >= low) && (high_open ? v < high : v <= high);
}

std::string Range::words() const {
  if (known_words) return joined(known_words(), ", ");
  const bool below = std::isfinite(high), under = std::isfinite(low);
  if (!below && !under) return "finite";
  if (!below) return text(low_open ? "> " : "≥ ", low);
  if (!under) return text(high_open ? "< " : "≤ ", high);
  return text("in ", low_open ? "(" : "[", low, ", ", high, high_open ? ")" : "]");
}

std::ostream& operator<<(std::ostream& out, FieldName what) {
  return out << what.owner << (what.owner.empty() ? "" : ": ") << what.name;
}

size_t word_field(FieldName what, const std::string& word, const std::vector<std::string>& words) {
  auto same = [](char a, char b) { return a == b || (a == '-' && b == '_') || (a == '_' && b == '-'); };
  const auto at = std::find_if(words.begin(), words.end(), [&](const std::string& known) {
    return std::equal(word.begin(), word.end(), known.begin(), known.end(), same);
  });
  if (at != words.end()) return size_t(at - words.begin());
  throw ValueError(text(what.owner, what.owner.empty() ? "" : ": ", unknown_word(what.name, word, words)));
}

void Choice::set(const std::string& argument, const std::string& text) {
  std::erase_if(arguments, [&](const auto& one) { return one.first == argument; });
  arguments.emplace_back(argument, text);
}

void check_field(FieldName what, double value, const Range& range) {
  if (range.contains(value)) return;
  const bool gives_reason = std::isfinite(value) && *range.why;
  const std::string words = range.words();
  throw ValueError(text(what, " must be ", std::isfinite(value) || words == "finite" ? "" : "finite and ", words,
                        ", got ", field_text(value), gives_reason ? ": " : "", gives_reason ? range.why : ""));
}

void check_field(FieldName what, const PerClass& value, const Range& range) {
  if (value.values.empty()) throw ValueError(text(what, " must be one number, or one per class; got none"));
  for (double v : value.values) check_field(what, v, range);
}

void check_field(FieldName what, const std::string& value, const Range& range) {
  if (range.known_words) word_field(what, value, range.known_words());
}

int64_t whole_field(FieldName what, const std::string& word, const Range& range) {
  const std::optional<int64_t> value = parse_whole(word);
  if (!value) throw ValueError(text(what, " must be a whole number, got '", word, "'"));
  check_field(what, double(*value), range);
  return *value;
}

void set_field(FieldName what, double& value, const std::string& word, const Range& range) {
  const std::optional<double> number = parse_number(word);
  if (!number) throw ValueError(text(what, " must be a number, got '", word, "'"));
  check_field(what, *number, range);
  value = *number;
}

void set_field(FieldName what, bool& value, const std::string& word, const Range&) {
  if (word == "true" || word == "1" || word == "yes") value = true;
  else if (word == "false" || word == "0" || word == "no") value = false;
  else throw ValueError(text(what, " must be true or false, got '", word, "'"));
}

void set_field(FieldName what, PerClass& value, const std::string& list, const Range& range) {
  set_field(what, value.values, list, range);
  check_field(what, value, range);
}

void set_field(FieldName what, std::string& value, const std::string& word, const Range& range) {
  value = word;
  if (!range.known_words) return;
  const std::vector<std::string> words = range.known_words();
  value = words[word_field(what, word, words)];
}

std::string field_text(double value) { return shortest(value); }
std::string field_text(bool value) { return value ? "true" : "false"; }
std::string field_text(const PerClass& value) { return field_text(value.values); }

template const FieldType& field_type<double>();
template const FieldType& field_type<bool>();
template const FieldType& field_type<int64_t>();
template const FieldType& field_type<std::string>();
template const FieldType& field_type<PerClass>();
template const FieldType& field_type<Choice>();
template const FieldType& field_type<std::vector<double>>();
template const FieldType& field_type<std::vector<std::string>>();

}  // namespace skew
