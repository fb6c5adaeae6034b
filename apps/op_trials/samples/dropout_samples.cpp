// What the ops of ops/dropout.h are tested with.
#include "apps/op_trials/op_samples.h"

namespace skew {
namespace {

Sample dropout_sample(Shape x, double rate, double seed, bool training = true) {
  return {{{"x", x}}, {{"rate", rate}, {"seed", seed}, {"training", training}}};
}

const bool dropout_samples = register_samples(
    "dropout",
    {dropout_sample({4, 5}, 0.5, 1), dropout_sample({4, 5}, 0.1, 2), dropout_sample({4, 5}, 0.9, 3),
     dropout_sample({4, 5}, 0, 4), dropout_sample({4, 5}, 1, 5), dropout_sample({4, 5}, 0.5, 6, false),
     dropout_sample({}, 0.5, 7), dropout_sample({1}, 0.5, 8), dropout_sample({0, 3}, 0.5, 9),
     dropout_sample({2, 3, 4, 2}, 0.3, 10), dropout_sample({33}, 0.5, 11), dropout_sample({2, 1, 3}, 0.25, 12)},
    {dropout_sample({3}, -0.1, 1), dropout_sample({3}, 1.5, 1), dropout_sample({3}, 2, 1, false)});

}  // namespace
}  // namespace skew
