// skew autograd quiz: exercises, asked and marked in a terminal or written for paper.
#include <unistd.h>

#include <chrono>
#include <iostream>

#include "apps/cli/autograd.h"
#include "apps/explorer/lessons/book.h"
#include "apps/explorer/lessons/exercise.h"
#include "apps/report/number_text.h"
#include "apps/report/table.h"
#include "core/error.h"
#include "core/file.h"
#include "core/text.h"

namespace skew {
namespace {

using explorer::Exercise;

struct QuizArgs {
  int64_t seed = 0;
  int lesson = 0, count = 5;
  std::string sheet;
};

// out.md → out-key.md
std::string key_path(const std::string& sheet) {
  return sheet.substr(0, sheet.size() - std::string(".md").size()) + "-key.md";
}

int write_sheet(const QuizArgs& a) {
  if (!a.sheet.ends_with(".md") || a.sheet.ends_with("/.md") || a.sheet == ".md")
    throw UsageError(text("--sheet ", a.sheet, ": expected a name that ends with .md"));
  const explorer::Worksheet sheet = explorer::worksheet(uint64_t(a.seed), a.lesson, a.count);
  write_file(a.sheet, sheet.questions);
  write_file(key_path(a.sheet), sheet.key);
  std::cout << a.sheet << ": " << report::counted(a.count, "exercise", "exercises") << '\n'
            << key_path(a.sheet) << ": their key\n";
  return 0;
}

std::string prompt(const Exercise& e) {
  switch (e.kind) {
    case Exercise::Kind::guess: return text(e.asked, " = (", explorer::near_enough, ") ");
    case Exercise::Kind::rule: return e.head + " ";
    case Exercise::Kind::broken: return joined(e.options, ", ") + "? ";
  }
  return "";
}

enum class Outcome { at_once, right, shown, ended };

Outcome ask(const Exercise& e) {
  std::string answer;
  Outcome when_right = Outcome::at_once;
  while (std::cout << prompt(e) << std::flush && std::getline(std::cin, answer)) {
    if (!isatty(STDIN_FILENO)) std::cout << answer << '\n';  // a terminal shows what is typed by itself
    if (answer == "?") {
      std::cout << report::wrapped(explorer::revealed(e), 0);
      return Outcome::shown;
    }
    if (answer.empty()) continue;
    const explorer::Mark mark = explorer::mark(e, answer);
    if (mark.right) {
      std::cout << report::wrapped("right. " + e.why, 0) << '\n';
      return when_right;
    }
    when_right = Outcome::right;
    std::cout << report::wrapped(mark.words, 0) << "\ntry again, or ? shows it\n";
  }
  std::cout << '\n';
  return Outcome::ended;
}

int quiz(QuizArgs a, bool seeded) {
  if (a.lesson > 0) explorer::lesson_numbered(a.lesson);
  if (!seeded) a.seed = std::chrono::system_clock::now().time_since_epoch() / std::chrono::seconds(1) % 10000;
  if (!a.sheet.empty()) return write_sheet(a);
  std::cout << "answer with a number (12, -0.5, 1/3), the rest of a rule, or an op; ? shows it\n";
  int right = 0, at_once = 0, asked = 0;
  for (const explorer::ExercisePlace& place : explorer::exercise_places(a.lesson, a.count)) {
    const Exercise e = explorer::make_exercise(place.lesson, uint64_t(a.seed), place.number);
    const std::string task = text(asked + 1, ". (lesson ", place.lesson, ") ", explorer::exercise_text(e));
    std::cout << '\n' << report::wrapped(task, 0) << '\n';
    const Outcome outcome = ask(e);
    if (outcome == Outcome::ended) break;
    ++asked;
    at_once += outcome == Outcome::at_once;
    right += outcome == Outcome::right || outcome == Outcome::at_once;
  }
  std::cout << '\n' << right << " of " << a.count << " right";
  if (at_once < right) std::cout << ", " << at_once << " of them at the first try";
  std::cout << "\nthe same again: `skew autograd quiz --seed " << a.seed;
  if (a.lesson > 0) std::cout << " --lesson " << a.lesson;
  if (a.count != QuizArgs().count) std::cout << " --count " << a.count;
  std::cout << "`\n";
  return 0;
}

}  // namespace

void add_autograd_quiz(Command& autograd) {
  auto a = std::make_shared<QuizArgs>();
  Command& command = autograd.add("quiz", "exercises, marked by the engine: here, or as a worksheet with its key",
                                  [a](Command& self) { return quiz(*a, self.given("--seed")); });
  command.option("--seed", a->seed, "the same seed asks the same  [another each time]",
                 {.as = "S", .low = 0, .high = 0x1p53});
  command.option("--lesson", a->lesson, "of this lesson  [all in turn]", {.as = "N", .low = 1});
  command.option("--count", a->count, "how many  [5]", {.as = "K", .low = 1, .high = 1000});
  command.option("--sheet", a->sheet, "write them here, and OUT-key.md beside it, instead of asking", {.as = "OUT.md"});
  command.example("skew autograd quiz --lesson 2 --count 3 --sheet sheet.md", "a worksheet and its key");
}

}  // namespace skew
