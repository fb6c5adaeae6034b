// The exercises of each lesson before they have their answers: exercises.cpp runs them. Read next: exercise_makers.cpp.
#pragma once
#include <vector>

#include "apps/explorer/lessons/exercise.h"
#include "core/random.h"

namespace skew::explorer {

// Fills kind, task, program and, by kind, asked; op, head, use, solution; options and op (the broken one).
using ExerciseMaker = Exercise (*)(Generator& random);

// Of lesson 1, 2, …
const std::vector<std::vector<ExerciseMaker>>& exercise_makers();

}  // namespace skew::explorer
