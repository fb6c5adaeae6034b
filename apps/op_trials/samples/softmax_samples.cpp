// What the ops of ops/softmax.h are tested with.
#include "apps/op_trials/op_samples.h"

namespace skew {
namespace {

Sample softmax_sample(Shape x, double axis) { return {{{"x", x}}, {{"axis", axis}}}; }

bool register_softmax(const char* name) {
  return register_samples(name,
                          {softmax_sample({4, 7}, 1), softmax_sample({4, 7}, 0), softmax_sample({4, 7}, -1),
                           softmax_sample({2, 5, 3, 3}, 1), softmax_sample({6}, 0), softmax_sample({2, 1}, 1),
                           softmax_sample({1, 1}, 0), softmax_sample({2, 3, 4}, -1), softmax_sample({2, 3, 4}, -2),
                           softmax_sample({0, 3}, 1), softmax_sample({3, 0}, 1), softmax_sample({3, 2, 2, 5}, 3)},
                          {softmax_sample({2, 3}, 2), softmax_sample({2, 3}, -3), softmax_sample({}, 0)});
}

const bool softmax_samples = register_softmax("softmax") && register_softmax("log_softmax");

}  // namespace
}  // namespace skew
