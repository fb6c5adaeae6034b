// What the makers of exercises are made with: numbers drawn, programs written.
#pragma once
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "apps/explorer/lessons/exercise.h"
#include "core/random.h"
#include "core/text.h"

namespace skew::explorer::exercise_parts {

// As a program has it: with a point, so that a name that it is assigned to is a leaf.
inline std::string words_of(double x) { return shortest(x) + (x == std::floor(x) ? ".0" : ""); }

// ±low … ±high, never 0.
inline double whole(Generator& random, int low, int high) {
  const double size = double(low + random.below(high - low + 1));
  return random.below(2) ? size : -size;
}

// "[[1, -2], [3, 1]]" of whole numbers in ±high without 0, each different from the one before.
inline std::string numbers(Generator& random, const std::vector<int>& shape, int high, size_t axis = 0) {
  std::string out = "[";
  double last = 0;
  for (int i = 0; i < shape[axis]; ++i) {
    if (i > 0) out += ", ";
    if (axis + 1 < shape.size()) {
      out += numbers(random, shape, high, axis + 1);
      continue;
    }
    double next = whole(random, 1, high);
    while (next == last) next = whole(random, 1, high);
    last = next;
    out += shortest(next);
  }
  return out + "]";
}

// "a = 3.0" and the line's end
inline std::string leaf(const std::string& name, double value) { return name + " = " + words_of(value) + "\n"; }

inline std::string picked(Generator& random, const std::vector<std::string>& from) {
  return from[size_t(random.below(int64_t(from.size())))];
}

inline Exercise guess(std::string program, std::string asked, std::string task, std::string why) {
  return {.kind = Exercise::Kind::guess,
          .task = std::move(task),
          .program = std::move(program),
          .asked = std::move(asked),
          .why = std::move(why)};
}

// "g, y": "g is the gradient of its result, y the result."
inline std::string meanings(const std::string& arguments) {
  std::vector<std::string> inputs;
  bool result = false;
  for (const std::string& name : split_list(arguments, ',')) {
    const std::string word = name.substr(name.find_first_not_of(' '));
    if (word == "y") result = true;
    else if (word != "g") inputs.push_back(word);
  }
  std::string words = "g is the gradient of its result";
  if (result) words += ", y the result";
  if (!inputs.empty()) words += ", " + joined(inputs, " and ") + (inputs.size() == 1 ? " its input" : " its inputs");
  return words + ".";
}

inline Exercise rule(std::string op, std::string arguments, std::string solution, std::string leaves, std::string use,
                     std::string why) {
  return {.kind = Exercise::Kind::rule,
          .task = "Write the way back of " + op + ": what it sends to each input, with commas between. " +
                  meanings(arguments) + " Python's signs: g*x, x**2, a.T, a @ b; [x > 0] is (x > 0).",
          .program = std::move(leaves),
          .op = op,
          .head = "def d_" + op + "(" + arguments + "): return",
          .use = std::move(use),
          .solution = std::move(solution),
          .why = std::move(why)};
}

// The program must use each of its ops so that a mistake in one shows.
inline Exercise broken(Generator& random, std::string program, std::vector<std::string> ops) {
  const std::string op = picked(random, ops);
  return {.kind = Exercise::Kind::broken,
          .task =
              "The way back of one op is broken here. Each += says from where it came and by which rule: which op "
              "sends what its rule does not give?",
          .program = std::move(program),
          .op = op,
          .solution = op,
          .options = std::move(ops),
          .why = "Work out each += from its rule; the one that does not fit is the broken op's."};
}

}  // namespace skew::explorer::exercise_parts
