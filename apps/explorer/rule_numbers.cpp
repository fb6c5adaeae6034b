// Replacing words by numbers.
#include "apps/explorer/rule_numbers.h"

#include <set>

#include "core/registry.h"
#include "core/text.h"

namespace skew::explorer {
namespace {

bool begins_word(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool continues_word(char c) { return begins_word(c) || (c >= '0' && c <= '9'); }

// A negative number is bracketed where the sign would be read as something else: before a power, behind another sign.
bool needs_brackets(std::string_view before, std::string_view behind) {
  while (before.ends_with(' ')) before.remove_suffix(1);
  for (const std::string_view sign : {"−", "+", "·", "/"})
    if (before.ends_with(sign)) return true;
  return behind.starts_with("²") || behind.starts_with("^");
}

// "∂y/∂x·g" of "∂y/∂x·g, kept going forward": a formula without what is said of it.
size_t formula_end(std::string_view rule) {
  int open = 0;
  for (size_t i = 0; i < rule.size(); ++i) {
    open += (rule[i] == '(') - (rule[i] == ')');
    if (open == 0 && rule.substr(i).starts_with(", ")) return i;
  }
  return rule.size();
}

constexpr std::string_view derivative = "∂";

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
  replace(rule, " + 1·", " + ");
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

// Of an op whose inputs are all scalars, by the row's names; else nothing.
std::map<std::string, double> scalar_inputs(const Recording& recording, const RecordedNode& node) {
  std::map<std::string, double> values;
  for (const RecordedInput& in : node.inputs) {
    const Tensor& value = in.node >= 0 ? recording.nodes[size_t(in.node)].value : in.number;
    if (value.defined() && value.count() != 1) return {};
    if (value.defined()) values[in.name] = value.item();
  }
  return values;
}

// What the op's row says of its value, with its arguments as numbers: "a·b", "x²". Empty for sums over elements, for
// choices and for sentences, which numbers would not make shorter.
std::string formula_of(const RecordedNode& node) {
  const auto row = registered_ops().find(node.op);
  if (row == registered_ops().end()) return "";
  std::string formula = row->second.formula.substr(0, row->second.formula.find(';'));
  if (formula.starts_with("y = ")) formula.erase(0, 4);
  constexpr std::string_view not_arithmetic = "?[]\xce\xcf";  // the last two begin the Greek letters: Σ, Φ, σ
  if (formula.empty() || formula.find_first_of(not_arithmetic) != formula.npos) return "";
  formula = rule_with_arguments(row->second, formula, node.arguments);
  if (formula.ends_with("^2")) formula.replace(formula.size() - 2, 2, "²");
  if (formula.ends_with("^3")) formula.replace(formula.size() - 2, 2, "³");
  return formula;
}

// "conv2d(x, w, padding=1)", "a > b"
std::string call_in_names(const Recording& recording, const RecordedNode& node) {
  const bool sign = node.op.find_first_of("<>=!") != node.op.npos;  // a comparison
  std::vector<std::string> words;
  for (size_t i = 0; i < node.inputs.size(); ++i)
    if (node.inputs[i].node >= 0 || node.inputs[i].number.defined())
      words.push_back(input_in_names(recording, node, i));
  if (sign) return joined(words, " " + node.op + " ");
  if (!node.arguments.empty()) words.push_back(node.arguments);
  return node.op + "(" + joined(words, ", ") + ")";
}

bool starts_with_shape(std::string_view value) { return value.starts_with("shape"); }

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
    const bool another = behind.starts_with("(") || behind.starts_with("′") || behind.starts_with("\xcc\x82");  // x̂
    out += value == values.end() || another ? word : written(value->second, out, behind);
    i = end;
  }
  return out;
}

}  // namespace

std::string with_numbers(const std::string& rule, const std::map<std::string, double>& values, int digits) {
  return with_words(rule, values, [digits](double value, std::string_view before, std::string_view behind) {
    const bool bracketed = value < 0 && needs_brackets(before, behind);
    return bracketed ? "(" + pretty(value, digits) + ")" : pretty(value, digits);
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
  const size_t end = formula_end(rule);
  const std::string formula = rule.substr(0, end);
  if (is_prose(formula, names)) return rule;
  const auto written = [](const std::string& name, std::string_view before, std::string_view behind) {
    return name.starts_with("−") && needs_brackets(before, behind) ? "(" + name + ")" : name;
  };
  return with_words(formula, names, written) + rule.substr(end);
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
                              const Tensor& dx, int digits) {
  if (!is_scalar(dy) || !is_scalar(dx) || !is_scalar(from.value)) return "";
  std::string rule;
  for (const LocalRule& local : from.rules)
    if (local.input == input) rule = local.rule;
  if (rule.empty()) return "";
  if (rule == "your rule") return pretty(dx.item(), digits);
  std::map<std::string, double> values = scalar_inputs(recording, from);
  if (values.empty()) return "";
  values.emplace("g", dy.item());
  values.emplace("y", from.value.item());
  const std::string result = pretty(dx.item(), digits);
  if (is_prose(rule, values) || rule.starts_with(derivative)) return result;
  const std::string numbers = with_numbers(rule, values, digits);
  return numbers == result ? result : numbers + " = " + result;
}

std::string saved_in_names(const Recording& recording, const RecordedNode& node, const SavedTensor& saved) {
  if (saved.name == "y") return node.label();
  for (size_t i = 0; i < node.inputs.size(); ++i)
    if (node.inputs[i].name == saved.name) return input_in_names(recording, node, i);
  if (saved.name == intermediate_result)
    for (const LocalRule& rule : node.rules)  // "∂y/∂x·g": it is that derivative
      if (rule.rule.starts_with(derivative))
        return rule_in_names(recording, node, rule.rule.substr(0, rule.rule.find("·")));
  return saved.name;
}

std::string saved_note(const RecordedNode& node) {
  std::map<std::string, std::string> names{{"y", "y"}};
  for (const RecordedInput& in : node.inputs) names.emplace(in.name, in.name);
  std::set<std::string> used, kept;
  for (const LocalRule& local : node.rules) {
    if (local.rule.starts_with(derivative)) return "the derivative, computed going forward";
    if (local.rule.empty() || is_prose(local.rule, names)) return "";
    with_words(local.rule, names, [&used](const std::string& name, std::string_view, std::string_view) {
      used.insert(name);
      return name;
    });
  }
  for (const SavedTensor& saved : node.saved) {
    if (saved.name == intermediate_result) return "";
    kept.insert(saved.name);
  }
  if (kept.empty() || used.empty()) return kept.empty() ? "" : "the input, though its way back does not need it";
  if (used.contains("y") && !kept.contains("y")) return "the input; the output is computed from it once more";
  if (kept.contains("y") && !used.contains("y")) return "the output; the way back can be read off it as well";
  return "";
}

std::string value_in_words(const Recording& recording, const RecordedNode& node) {
  const std::string head = node.name.empty() ? text(node.op, " #", node.id, ": ") : node.label() + " = ";
  std::string value = summary(node.value);
  if (node.statistics) value = text(shape_text(node.shape), ": ", short_text(*node.statistics));
  if (value.empty()) value = shape_text(node.shape);
  if (node.inputs.empty()) return head + value;
  const char* const between = starts_with_shape(value) ? ", " : " = ";
  const std::map<std::string, double> numbers = scalar_inputs(recording, node);
  const std::string formula = formula_of(node);
  if (formula.empty() || is_prose(formula, numbers)) return head + call_in_names(recording, node) + between + value;
  const std::string here = rule_in_names(recording, node, formula);
  const std::string with = is_scalar(node.value) && !numbers.empty() ? with_numbers(formula, numbers) : "";
  const bool unnamed = here.find('#') != here.npos;  // numbers alone say more
  if (with.empty() || with == here) return head + here + between + value;
  return head + (unnamed ? with : here + " = " + with) + between + value;
}

std::string arrival_in_words(const Recording& recording, const RecordedNode& to, const Contribution& c) {
  std::string out = to.name.empty() ? text("∂ of ", to.op, " #", to.id) : "∂" + to.label();
  out += " += ";
  const std::string value = summary(c.value);
  if (c.from < 0) return out + (value.empty() ? "" : value + ", ") + "the seed";
  const RecordedNode& from = recording.nodes[size_t(c.from)];
  std::map<std::string, std::string> names;
  for (const RecordedInput& in : from.inputs) names.emplace(in.name, "");
  std::string rule;
  bool prose = false;
  for (const LocalRule& local : from.rules) {
    if (local.input != c.input) continue;
    rule = rule_in_names(recording, from, local.rule);
    prose = is_prose(local.rule, names);
  }
  if (rule.find('#') != rule.npos && !c.numbers.empty()) rule.clear();
  const std::string numbers = c.numbers.empty() ? value : c.numbers;
  const char* between = " = ";
  if (prose || starts_with_shape(numbers)) between = ": ";
  if (rule.empty() || numbers.empty()) between = "";
  return out + rule + between + numbers + ", from " +
         (from.name.empty() ? text(from.op, " #", from.id) : text(from.label(), " = ", from.op));
}

}  // namespace skew::explorer
