// What the ops of ops/softmax.h are tested with.
#include "tests/op_samples.h"

namespace skew {
namespace {

Sample sample(Shape x, double axis) { return {{{"x", x}}, {{"axis", axis}}}; }

bool register_softmax(const char* name) {
  return register_samples(name,
                          {sample({4, 7}, 1), sample({4, 7}, 0), sample({4, 7}, -1), sample({2, 5, 3, 3}, 1),
                           sample({6}, 0), sample({2, 1}, 1), sample({1, 1}, 0), sample({2, 3, 4}, -1),
                           sample({2, 3, 4}, -2), sample({0, 3}, 1), sample({3, 0}, 1), sample({3, 2, 2, 5}, 3)},
                          {sample({2, 3}, 2), sample({2, 3}, -3), sample({}, 0)});
}

const bool registered = register_softmax("softmax") && register_softmax("log_softmax");

}  // namespace
}  // namespace skew
