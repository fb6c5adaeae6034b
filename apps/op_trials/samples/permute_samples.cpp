// What permute and transpose (ops/permute.h) are tested with.
#include "apps/op_trials/op_samples.h"

namespace skew {
namespace {

using L = std::vector<double>;
Sample permute_sample(Shape x, L axes) { return {{{"x", x}}, {{"axes", std::move(axes)}}}; }

const bool permute_samples =
    register_samples(
        "permute",
        {permute_sample({2, 3}, {1, 0}), permute_sample({2, 3, 4}, {2, 0, 1}), permute_sample({2, 3, 4}, {0, 1, 2}),
         permute_sample({2, 3, 4, 5}, {0, 2, 3, 1}), permute_sample({2, 3, 4, 5}, {0, 3, 1, 2}), permute_sample({}, {}),
         permute_sample({5}, {0}), permute_sample({1, 1}, {1, 0}), permute_sample({0, 3}, {1, 0}),
         permute_sample({3, 1, 2}, {-1, 0, 1}), permute_sample({2, 2, 2, 2, 2}, {4, 3, 2, 1, 0}),
         permute_sample({1, 6, 1, 3}, {3, 2, 1, 0})},
        {permute_sample({2, 3}, {0}), permute_sample({2, 3}, {0, 0}), permute_sample({2, 3}, {0, 2})}) &&
    register_samples(
        "transpose",
        {permute_sample({3, 4}, {0, 1}), permute_sample({3, 4}, {1, 0}), permute_sample({3, 4}, {1, 1}),
         permute_sample({2, 3, 4}, {-1, 0}), permute_sample({2, 3, 4}, {1, 2}), permute_sample({2, 3, 4, 5}, {1, 2}),
         permute_sample({2, 3, 4, 5}, {0, 3}), permute_sample({1, 1}, {0, 1}), permute_sample({1, 5}, {0, 1}),
         permute_sample({0, 3}, {0, 1}), permute_sample({4}, {0, -1}), permute_sample({2, 2, 2, 2, 3}, {-2, 1})},
        {permute_sample({2, 3}, {0, 2}), permute_sample({2, 3}, {0}), permute_sample({}, {0, 0})});

}  // namespace
}  // namespace skew
