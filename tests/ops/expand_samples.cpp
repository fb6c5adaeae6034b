// What the ops of ops/expand.h are tested with.
#include "tests/op_samples.h"

namespace skew {
namespace {

Sample sample(Shape x, std::vector<double> shape) { return {{{"x", x}}, {{"shape", std::move(shape)}}}; }

const bool registered = register_samples(
    "expand",
    {sample({3, 1}, {3, 4}), sample({1, 4}, {2, 3, 4}), sample({}, {2, 2}), sample({3, 4}, {3, 4}),
     sample({3, 1}, {-1, 4}), sample({1, 1}, {1, 1}), sample({2, 1, 3, 1}, {2, 4, 3, 5}), sample({1}, {0}),
     sample({0, 1}, {0, 3}), sample({}, {}), sample({4}, {2, -1}), sample({1, 2, 1}, {3, 2, 1}),
     sample({1, 3, 1, 1}, {2, 3, 4, 5})},
    {sample({3, 2}, {3, 4}), sample({3, 4}, {4}), sample({3, 4}, {3, 1}), sample({3}, {-1, 3}), sample({3}, {-2})});

}  // namespace
}  // namespace skew
