// Replacing words by numbers.
#include "apps/explorer/rule_numbers.h"

#include "core/registry.h"
#include "core/text.h"

namespace skew::explorer {
namespace {

bool begins_word(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool continues_word(char c) { return begins_word(c) || (c >= '0' && c <= '9'); }

// A negative number is bracketed where the sign would be read as something else: before a power, behind another sign.
bool needs_brackets(std::string_view before, std::string_view behind) {
  while (before.ends_with(' ')) before.remove_suffix(1);
  return before.ends_with("−") || before.ends_with("+") || behind.starts_with("²") || behind.starts_with("^");
}

void replace(std::string& words, std::string_view old, std::string_view with) {
  const size_t at = words.find(old);
  if (at != words.npos) words.replace(at, old.size(), with);
}

// 2·x^(2 − 1)·g: the exponent worked out, a factor of 1 and a first power left out.
std::string simplified(std::string rule) {
  constexpr std::string_view opens = "^(", minus_one = " − 1)";
  const size_t open = rule.find(opens), close = rule.find(minus_one);
  if (open != rule.npos && close != rule.npos && close > open) {
    std::string digits = rule.substr(open + 2, close - open - 2);
    replace(digits, "−", "-");
    if (const auto exponent = parse_number(digits)) {
      const double less = *exponent - 1;
      std::string power = "^" + (less < 0 ? "(" + pretty(less) + ")" : pretty(less));
      if (less == 1) power = "";
      if (less == 2) power = "²";
      rule.replace(open, close + minus_one.size() - open, power);
    }
  }
  if (rule.starts_with("1·")) rule.erase(0, std::string_view("1·").size());
  return rule;
}

// Whether a rule speaks in sentences: "g for every element".
template <class Word> bool is_prose(const std::string& rule, const std::map<std::string, Word>& values) {
  for (size_t i = 0; i < rule.size(); ++i) {
    if (!begins_word(rule[i])) continue;
    size_t end = i;
    while (end < rule.size() && continues_word(rule[end])) ++end;
    const bool formula = end - i < 3 || values.contains(rule.substr(i, end - i)) || rule.substr(end).starts_with("(");
    if (!formula) return true;
    i = end;
  }
  return false;
}

bool is_scalar(const Tensor& t) { return t.defined() && t.count() == 1; }

// written(value, before, behind) in the place of each word that has a value.
template <class Word, class Written>
std::string with_words(const std::string& rule, const std::map<std::string, Word>& values, const Written& written) {
  std::string out;
  for (size_t i = 0; i < rule.size();) {
    if (!begins_word(rule[i])) {
      out += rule[i++];
      continue;
    }
    size_t end = i;
    while (end < rule.size() && continues_word(rule[end])) ++end;
    const std::string word = rule.substr(i, end - i);
    const auto value = values.find(word);
    const std::string_view behind = std::string_view(rule).substr(end);
    const bool called = behind.starts_with("(") || behind.starts_with("′");
    out += value == values.end() || called ? word : written(value->second, out, behind);
    i = end;
  }
  return out;
}

}  // namespace

std::string with_numbers(const std::string& rule, const std::map<std::string, double>& values) {
  return with_words(rule, values, [](double value, std::string_view before, std::string_view behind) {
    const bool bracketed = value < 0 && needs_brackets(before, behind);
    return bracketed ? "(" + pretty(value) + ")" : pretty(value);
  });
}

std::string input_in_names(const Recording& recording, const RecordedNode& node, size_t input) {
  const RecordedInput& in = node.inputs[input];
  if (in.node >= 0) return recording.nodes[size_t(in.node)].label();
  return is_scalar(in.number) && in.number.shape().rank() == 0 ? pretty(in.number.item()) : in.name;
}

std::string rule_in_names(const Recording& recording, const RecordedNode& node, const std::string& rule) {
  std::map<std::string, std::string> names;
  for (size_t i = 0; i < node.inputs.size(); ++i)
    if (!node.inputs[i].name.empty()) names[node.inputs[i].name] = input_in_names(recording, node, i);
  names.emplace("y", node.label());
  if (is_prose(rule, names)) return rule;
  return with_words(rule, names, [](const std::string& name, std::string_view before, std::string_view behind) {
    return name.starts_with("−") && needs_brackets(before, behind) ? "(" + name + ")" : name;
  });
}

std::string rule_with_arguments(const OpRow& row, const std::string& rule, const std::string& arguments) {
  std::map<std::string, double> values;
  for (const FieldInfo& argument : row.arguments)
    if (argument.kind == FieldKind::number || argument.kind == FieldKind::whole)
      values[argument.name] = argument.number;
  for (const std::string& written : split_list(arguments, ' '))
    if (const size_t equals = written.find('='); equals != written.npos)
      if (const auto number = parse_number(written.substr(equals + 1))) values[written.substr(0, equals)] = *number;
  return simplified(with_numbers(rule, values));
}

std::string rule_with_numbers(const Recording& recording, const RecordedNode& from, size_t input, const Tensor& dy,
                              const Tensor& dx) {
  if (!is_scalar(dy) || !is_scalar(dx) || !is_scalar(from.value)) return "";
  std::string rule;
  for (const LocalRule& local : from.rules)
    if (local.input == input) rule = local.rule;
  if (rule.empty()) return "";
  if (rule == "your rule") return pretty(dx.item());
  std::map<std::string, double> values = {{"g", dy.item()}, {"y", from.value.item()}};
  for (const RecordedInput& in : from.inputs) {
    const Tensor& value = in.node >= 0 ? recording.nodes[size_t(in.node)].value : in.number;
    if (value.defined() && !is_scalar(value)) return "";
    if (value.defined()) values[in.name] = value.item();
  }
  const std::string result = pretty(dx.item());
  if (is_prose(rule, values)) return result;
  const std::string numbers = with_numbers(rule, values);
  return numbers == result ? result : numbers + " = " + result;
}

}  // namespace skew::explorer
