// What the ops of ops/cumsum.h are tested with.
#include "tests/op_samples.h"

namespace skew {
namespace {

Sample sample(Shape x, double axis) { return {{{"x", x}}, {{"axis", axis}}}; }

const bool registered =
    register_samples("cumsum",
                     {sample({3, 5}, 1), sample({3, 5}, 0), sample({3, 5}, -1), sample({7}, 0), sample({1, 1}, 0),
                      sample({1, 4}, 0), sample({0, 3}, 0), sample({3, 0}, 0), sample({2, 3, 4}, 1),
                      sample({2, 3, 4}, -3), sample({2, 3, 4, 2}, 2), sample({2, 1, 3}, 1)},
                     {sample({2, 3}, 2), sample({}, 0)});

}  // namespace
}  // namespace skew
