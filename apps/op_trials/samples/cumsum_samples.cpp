// What the ops of ops/cumsum.h are tested with.
#include "apps/op_trials/op_samples.h"

namespace skew {
namespace {

Sample cumsum_sample(Shape x, double axis) { return {{{"x", x}}, {{"axis", axis}}}; }

const bool cumsum_samples =
    register_samples("cumsum",
                     {cumsum_sample({3, 5}, 1), cumsum_sample({3, 5}, 0), cumsum_sample({3, 5}, -1),
                      cumsum_sample({7}, 0), cumsum_sample({1, 1}, 0), cumsum_sample({1, 4}, 0),
                      cumsum_sample({0, 3}, 0), cumsum_sample({3, 0}, 0), cumsum_sample({2, 3, 4}, 1),
                      cumsum_sample({2, 3, 4}, -3), cumsum_sample({2, 3, 4, 2}, 2), cumsum_sample({2, 1, 3}, 1)},
                     {cumsum_sample({2, 3}, 2), cumsum_sample({}, 0)});

}  // namespace
}  // namespace skew
