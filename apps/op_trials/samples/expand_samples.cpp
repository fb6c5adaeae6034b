// What the ops of ops/expand.h are tested with.
#include "apps/op_trials/op_samples.h"

namespace skew {
namespace {

Sample expand_sample(Shape x, std::vector<double> shape) { return {{{"x", x}}, {{"shape", std::move(shape)}}}; }

const bool expand_samples =
    register_samples("expand",
                     {expand_sample({3, 1}, {3, 4}), expand_sample({1, 4}, {2, 3, 4}), expand_sample({}, {2, 2}),
                      expand_sample({3, 4}, {3, 4}), expand_sample({3, 1}, {-1, 4}), expand_sample({1, 1}, {1, 1}),
                      expand_sample({2, 1, 3, 1}, {2, 4, 3, 5}), expand_sample({1}, {0}), expand_sample({0, 1}, {0, 3}),
                      expand_sample({}, {}), expand_sample({4}, {2, -1}), expand_sample({1, 2, 1}, {3, 2, 1}),
                      expand_sample({1, 3, 1, 1}, {2, 3, 4, 5})},
                     {expand_sample({3, 2}, {3, 4}), expand_sample({3, 4}, {4}), expand_sample({3, 4}, {3, 1}),
                      expand_sample({3}, {-1, 3}), expand_sample({3}, {-2})});

}  // namespace
}  // namespace skew
