// Exercises with their answers, and their marks.
#include <algorithm>
#include <cmath>
#include <optional>

#include "apps/explorer/check.h"
#include "apps/explorer/lessons/exercise_makers.h"
#include "apps/explorer/program.h"
#include "apps/explorer/rule_numbers.h"
#include "apps/explorer/views.h"
#include "core/error.h"
#include "core/text.h"

namespace skew::explorer {
namespace {

constexpr const char* how_to_write = "write a number: 12, -0.5, 1/3 or 2e-3";

std::string trimmed(std::string_view words) {
  constexpr const char* blanks = " \t\r\n";
  const size_t from = words.find_first_not_of(blanks);
  if (from == words.npos) return "";
  return std::string(words.substr(from, words.find_last_not_of(blanks) + 1 - from));
}

// 12, 12.0, +3, −1/3 with the sign of a keyboard or of a book.
std::optional<double> number_said(std::string words) {
  for (size_t at; (at = words.find("−")) != words.npos;) words.replace(at, std::string("−").size(), "-");
  const size_t slash = words.find('/');
  std::string above = trimmed(std::string_view(words).substr(0, slash));
  if (above.starts_with('+')) above.erase(0, 1);
  const std::optional<double> first = parse_number(above);
  if (slash == words.npos || !first) return first;
  const std::optional<double> second = parse_number(trimmed(std::string_view(words).substr(slash + 1)));
  if (!second || *second == 0) return {};
  return *first / *second;
}

std::string with_points(std::string words) {
  std::replace(words.begin(), words.end(), ',', '.');
  return words;
}

std::string rule_program(const Exercise& e, const std::string& answer) {
  std::string rule = trimmed(answer);
  if (rule.starts_with("return ")) rule = trimmed(rule.substr(7));
  if (!rule.starts_with("@") && !rule.starts_with("def ")) rule = e.head + " " + rule;
  if (!rule.starts_with("@")) rule = "@backward\n" + rule;
  return e.program + rule + "\n" + e.use + "L.backward()\n";
}

bool is_number(const Tensor& t, double said) {
  return t.defined() && t.count() == 1 && std::abs(t.item() - said) <= std::max(1e-6, 1e-3 * std::abs(said));
}

// What a wrong number is in the program: a part of the sum that was asked, its value in place of its gradient, another
// node's. Empty where it is nothing of these.
std::string what_it_is(const Exercise& e, double said) {
  constexpr std::string_view of_gradient = ".grad";
  const Recording recording = run_program(e.program);
  const bool gradient = e.asked.ends_with(of_gradient);
  const std::string name = gradient ? e.asked.substr(0, e.asked.size() - of_gradient.size()) : e.asked;
  const auto at = std::find_if(recording.nodes.rbegin(), recording.nodes.rend(),
                               [&](const RecordedNode& node) { return node.name == name; });
  if (at != recording.nodes.rend()) {
    double all = 0;
    int left = 0;
    bool part = false;
    for (const Contribution& c : at->contributions) {
      if (!c.value.defined() || c.value.count() != 1) continue;
      all += c.value.item();
      left += !c.cleared;
      part |= is_number(c.value, said);
    }
    const bool with_forgotten = std::abs(all - said) <= 1e-6 && left < int(at->contributions.size());
    if (gradient && with_forgotten) return "that counts what was forgotten in between";
    if (gradient && part && left > 1) return text("that is one of the ", left, " gradients that are added up there");
    if (gradient && is_number(at->value, said)) return text("that is the value of ", name, "; its gradient is asked");
    if (!gradient && is_number(at->grad, said)) return text("that is the gradient of ", name, "; its value is asked");
  }
  for (const RecordedNode& node : recording.nodes)
    if (gradient && node.name != name && !node.name.empty() && is_number(node.grad, said))
      return text("that is the gradient of ", node.label());
  for (const RecordedNode& node : recording.nodes)
    if (node.name != name && node.kind == RecordedNode::Kind::op && !node.name.empty() && is_number(node.value, said))
      return text("that is the value of ", node.label());
  return "";
}

Mark mark_guess(const Exercise& e, const std::string& answer) {
  const std::optional<double> said = number_said(answer);
  if (answer.empty()) return {false, std::string("write your answer first, a number: 12, -0.5, 1/3 or 2e-3")};
  if (!said && number_said(with_points(answer)))
    return {false, text("'", answer, "' is no number; with a point it is: ", with_points(answer))};
  if (!said) return {false, text("'", answer, "' is no number; ", how_to_write)};
  if (std::abs(*said - e.answer) <= e.tolerance) return {true, ""};
  if (e.answer != 0 && std::abs(*said + e.answer) <= e.tolerance) return {false, "not this; look at its sign"};
  const std::string instead = what_it_is(e, *said);
  return {false, instead.empty() ? "not this" : "not this; " + instead};
}

Mark mark_rule(const Exercise& e, const std::string& answer) {
  if (trimmed(answer).empty()) return {false, text("write what stands behind `", e.head, "`")};
  Recording recording = run_program(rule_program(e, answer));
  if (recording.failed) return {false, recording.problem.message};
  check_rules(recording, {e.op});
  bool judged = false;
  for (const RuleCheck& c : recording.rules) {
    if (!c.words.empty()) return {false, c.words};
    const RecordedNode& node = recording.nodes[size_t(c.node)];
    const bool alone = node.shape.count() == 1;
    if (c.at >= 0)
      return {false, text("#", node.id, ' ', node.op, alone ? text(", where g is ", summary(node.grad)) : std::string(),
                          ": for its input ", c.input, alone ? "" : text(", element ", c.at, ","), " your rule sends ",
                          pretty(c.rule), "; the difference quotient says ", pretty(c.difference))};
    judged |= c.checked > 0;
  }
  const auto& own = recording.own_rules;
  if (!judged || std::find(own.begin(), own.end(), e.op) == own.end())
    return {false, text("this is no rule of ", e.op, "; write what stands behind `", e.head, "`")};
  return {true, ""};
}

Mark mark_broken(const Exercise& e, const std::string& answer) {
  const std::string said = trimmed(answer);
  if (std::find(e.options.begin(), e.options.end(), said) == e.options.end())
    return {false, text("choose one of ", joined(e.options, ", "))};
  return said == e.op ? Mark{true, ""} : Mark{false, text("the way back of ", said, " fits its rule")};
}

// "d = a·b = 2·3 = 6; L = d + c = …": how the value that is asked comes about, where all are single numbers.
std::string worked_out(const Recording& recording, const std::string& name) {
  std::vector<std::string> steps;
  for (const RecordedNode& node : recording.nodes) {
    if (!node.value.defined() || node.value.count() != 1 || !node.iteration.empty()) return "";
    if (node.kind == RecordedNode::Kind::op && !node.name.empty()) steps.push_back(value_in_words(recording, node));
    if (node.kind == RecordedNode::Kind::op && node.name == name) return joined(steps, "; ");
  }
  return "";
}

void complete_guess(Exercise& e) {
  Interpreter interpreter(e.program, {});
  interpreter.run();
  if (const std::string words = worked_out(interpreter.recorder().recording(), e.asked); !words.empty()) e.why = words;
  e.answer = interpreter.number(e.asked);
  if (std::abs(e.answer) < 1e-9) e.answer = 0;  // what rounding leaves
  e.tolerance = std::max(0.005, 0.005 * std::abs(e.answer));
  e.solution = pretty(e.answer);
}

// "#3 mul says a += b·g = −4·(−16) = 80": the first gradient of an op that stands there with its numbers.
std::string first_sent(const Recording& recording, const std::string& op) {
  for (const RecordedNode& to : recording.nodes)
    for (const Contribution& c : to.contributions) {
      if (c.from < 0 || c.numbers.empty() || recording.nodes[size_t(c.from)].op != op) continue;
      const RecordedNode& from = recording.nodes[size_t(c.from)];
      std::string rule;
      for (const LocalRule& local : from.rules)
        if (local.input == c.input) rule = rule_in_names(recording, from, local.rule);
      if (rule == "g") rule.clear();
      return text('#', from.id, ' ', op, " says ", to.label(), " += ", rule, rule.empty() ? "" : " = ", c.numbers);
    }
  return "";
}

void complete_broken(Exercise& e) {
  constexpr int digits = 4;  // as a person works with
  ProgramOptions options{.broken_op = e.op};
  options.limits.digits = digits;
  Recording recording = run_program(e.program, options);
  check_leaves(recording);
  std::erase_if(recording.check, [](const LeafCheck& c) { return c.ok; });  // says only how rounding went
  e.shown = table_text(recording, {.digits = digits});
  if (const std::string words = first_sent(recording, e.op); !words.empty()) e.why = words + "; that is not so.";
}

const std::vector<ExerciseMaker>& makers_of(int lesson) {
  const auto& all = exercise_makers();
  if (lesson < 1 || size_t(lesson) > all.size())
    throw ValueError(text("there are no exercises of a lesson ", lesson, "; lessons are 1 to ", all.size()));
  return all[size_t(lesson) - 1];
}

}  // namespace

int exercise_kinds(int lesson) { return int(makers_of(lesson).size()); }

Exercise make_exercise(int lesson, uint64_t seed, int number) {
  const std::vector<ExerciseMaker>& makers = makers_of(lesson);
  if (number < 0) throw ValueError(text("exercise ", number, ": they are counted from 0"));
  Generator random(seed, uint64_t(lesson) << 32 | uint32_t(number));
  Exercise e = makers[size_t(number) % makers.size()](random);
  if (e.kind == Exercise::Kind::guess) complete_guess(e);
  if (e.kind == Exercise::Kind::broken) complete_broken(e);
  return e;
}

std::vector<ExercisePlace> exercise_places(int lesson, int count) {
  const int all = int(exercise_makers().size());
  std::vector<ExercisePlace> out;
  for (int i = 0; i < count; ++i)
    out.push_back(lesson > 0 ? ExercisePlace{lesson, i} : ExercisePlace{1 + i % all, i / all + i % all});
  return out;
}

Mark mark(const Exercise& exercise, const std::string& answer) {
  if (exercise.kind == Exercise::Kind::guess) return mark_guess(exercise, trimmed(answer));
  if (exercise.kind == Exercise::Kind::rule) return mark_rule(exercise, answer);
  return mark_broken(exercise, answer);
}

std::string solved_program(const Exercise& e) {
  return e.kind == Exercise::Kind::rule ? rule_program(e, e.solution) : e.program;
}

std::string revealed(const Exercise& e) {
  if (e.kind == Exercise::Kind::broken) return text("answer: ", e.solution, "\n", e.why, "\n");
  const bool rule = e.kind == Exercise::Kind::rule;
  const Recording recording = run_program(solved_program(e));
  return text("answer: ", rule ? e.head + " " + e.solution : e.asked + " = " + e.solution, "\n", e.why, "\n\n",
              table_text(recording));
}

std::string exercise_text(const Exercise& e) {
  std::string out = e.task + "\n\n";
  const std::string program = e.kind == Exercise::Kind::rule ? rule_program(e, "…") : e.program;
  for (size_t at = 0; at < program.size();) {
    const size_t end = program.find('\n', at);
    out += "    " + program.substr(at, end + 1 - at);
    at = end + 1;
  }
  if (!e.shown.empty()) out += "\n" + e.shown;
  return out;
}

}  // namespace skew::explorer
