// What flip and roll (ops/permute.h) are tested with.
#include "apps/op_trials/op_samples.h"

namespace skew {
namespace {

using L = std::vector<double>;
Sample flip_sample(Shape x, L axes) { return {{{"x", x}}, {{"axes", std::move(axes)}}}; }

Sample roll_sample(Shape x, double shift, double axis) { return {{{"x", x}}, {{"shift", shift}, {"axis", axis}}}; }

const bool flip_samples =
    register_samples("flip",
                     {flip_sample({4}, {0}), flip_sample({2, 4}, {1}), flip_sample({2, 4}, {0}),
                      flip_sample({2, 4}, {0, 1}), flip_sample({2, 3, 4}, {-1}), flip_sample({2, 3, 4}, {0, 2}),
                      flip_sample({2, 3, 4, 5}, {2, 3}), flip_sample({1, 1}, {0}), flip_sample({0, 3}, {1}),
                      flip_sample({3, 0}, {1}), flip_sample({3, 2}, {}), flip_sample({2, 1, 5}, {1, -1})},
                     {flip_sample({2, 3}, {2}), flip_sample({2, 3}, {0, -2}), flip_sample({}, {0})}) &&
    register_samples("roll",
                     {roll_sample({5}, 2, 0), roll_sample({2, 5}, 2, 1), roll_sample({2, 5}, -1, 1),
                      roll_sample({2, 5}, 1, 0), roll_sample({2, 5}, 0, 0), roll_sample({2, 5}, 5, 1),
                      roll_sample({2, 5}, 13, 1), roll_sample({2, 5}, -13, -1), roll_sample({1}, 3, 0),
                      roll_sample({0, 2}, 1, 0), roll_sample({2, 3, 4, 2}, 2, 2), roll_sample({3, 2, 2}, 1, -3)},
                     {roll_sample({2, 3}, 1, 2), roll_sample({}, 1, 0)});

}  // namespace
}  // namespace skew
