// Exercises, made from a seed and marked by the engine. Three kinds: a number to be said before it is shown, a way back
// to be written, an op to be found whose way back is broken. The same seed gives the same exercise everywhere.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace skew::explorer {

struct Exercise {
  enum class Kind { guess, rule, broken };
  Kind kind = Kind::guess;
  std::string task{};                  // what to do, in words
  std::string program{};               // that it is about
  std::string asked{};                 // guess: the expression whose number is wanted
  double answer = 0, tolerance = 0;    // guess: right is |said − answer| ≤ tolerance
  std::string op{}, head{};            // rule: mul, "def d_mul(g, a, b): return"
  std::string use{};                   // rule: what stands in the program below it
  std::string solution{};              // "12", "g*b, g*a", "mul"
  std::vector<std::string> options{};  // broken: the ops to choose from
  std::string shown{};                 // broken: values and gradients as the broken engine has them
  std::string why{};                   // what to know about it afterwards
};

// Exercise `number` ≥ 0 of a lesson; after as many as the lesson has kinds (exercise_kinds) they begin again with other
// numbers. Throws ValueError for an unknown lesson.
Exercise make_exercise(int lesson, uint64_t seed, int number);
int exercise_kinds(int lesson);

// Where it stands: what quiz and worksheet go through.
struct ExercisePlace {
  int lesson, number;
};
// `count` exercises of a lesson, or of all in turn (lesson 0), then of changing kinds.
std::vector<ExercisePlace> exercise_places(int lesson, int count);

struct Mark {
  bool right = false;
  std::string words;  // why not; a mistake of the program with its caret
};

// How near a number must come, in words that do not say how large it is.
constexpr const char* near_enough = "within 0.5 %, or 0.005";

// 12, 12.0, −1/3, 2e-3; a rule as what is returned, or with its def; an op's name. Throws Error only in the WebAssembly
// module, and there what a native Mark says in its words.
Mark mark(const Exercise& exercise, const std::string& answer);

// The solution, why, and the program's values and gradients.
std::string revealed(const Exercise& exercise);

// The exercise's program, with the right rule where one was to be written.
std::string solved_program(const Exercise& exercise);

// The task with all that is to be seen of it, for terminal and paper.
std::string exercise_text(const Exercise& exercise);

// Questions and their key for paper, as Markdown.
struct Worksheet {
  std::string questions, key;
};
Worksheet worksheet(uint64_t seed, int lesson, int count);

}  // namespace skew::explorer
