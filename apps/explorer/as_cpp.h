// A recorded program as C++ that links libskew: what a lecture's cell is in the language that trains.
#pragma once
#include <string>

#include "apps/explorer/recording.h"

namespace skew::explorer {

// A whole file with a main() that computes the same values, goes back, takes the same steps, and prints each leaf's
// gradient, and what steps made of it. Ops are called through their registry rows, arithmetic by operators; each was run
// again on the recorded values before it is written. A step is written as the multiple of the gradient that it is.
// Throws ValueError for what has no C++ of that kind: a step that is no such multiple, rules of a learner's own, a
// program that failed, tensors of more than most_written_elements, an op whose arguments the recording does not know.
constexpr int64_t most_written_elements = 4096;
std::string as_cpp(const Recording& recording);

}  // namespace skew::explorer
