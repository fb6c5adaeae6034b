// What the makers of exercises are made with.
#pragma once
#include <string>
#include <vector>

#include "apps/explorer/lessons/exercise.h"
#include "core/random.h"

namespace skew::explorer::exercise_parts {

// As a program has it: with a point, so that a name that it is assigned to is a leaf.
std::string words_of(double x);

// ±low … ±high, never 0.
double whole(Generator& random, int low, int high);

// "[[1, -2], [3, 1]]" of whole numbers in ±high without 0, each different from the one before.
std::string numbers(Generator& random, const std::vector<int>& shape, int high, size_t axis = 0);

std::string leaf(const std::string& name, double value);  // "a = 3.0" and the line's end
std::string picked(Generator& random, const std::vector<std::string>& from);

Exercise guess(std::string program, std::string asked, std::string task, std::string why);
Exercise rule(std::string op, std::string arguments, std::string solution, std::string leaves, std::string use,
              std::string why);
// The program must use each of its ops so that a mistake in one shows.
Exercise broken(Generator& random, std::string program, std::vector<std::string> ops);

}  // namespace skew::explorer::exercise_parts
