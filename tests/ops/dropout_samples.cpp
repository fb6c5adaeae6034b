// What the ops of ops/dropout.h are tested with.
#include "tests/op_samples.h"

namespace skew {
namespace {

Sample sample(Shape x, double rate, double seed, bool training = true) {
  return {{{"x", x}}, {{"rate", rate}, {"seed", seed}, {"training", training}}};
}

const bool registered = register_samples(
    "dropout",
    {sample({4, 5}, 0.5, 1), sample({4, 5}, 0.1, 2), sample({4, 5}, 0.9, 3), sample({4, 5}, 0, 4), sample({4, 5}, 1, 5),
     sample({4, 5}, 0.5, 6, false), sample({}, 0.5, 7), sample({1}, 0.5, 8), sample({0, 3}, 0.5, 9),
     sample({2, 3, 4, 2}, 0.3, 10), sample({33}, 0.5, 11), sample({2, 1, 3}, 0.25, 12)},
    {sample({3}, -0.1, 1), sample({3}, 1.5, 1), sample({3}, 2, 1, false)});

}  // namespace
}  // namespace skew
