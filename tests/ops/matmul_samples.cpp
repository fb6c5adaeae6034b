// What the ops of ops/matmul.h are tested with.
#include "tests/op_samples.h"

namespace skew {
namespace {

Sample sample(Shape a, Shape b) { return {{{"a", a}, {"b", b}}, {}}; }

const bool registered = register_samples(
    "matmul",
    {sample({3, 4}, {4, 5}), sample({1, 1}, {1, 1}), sample({2, 3, 4}, {2, 4, 5}), sample({2, 3, 4}, {4, 5}),
     sample({3, 4}, {2, 4, 5}), sample({2, 1, 3, 4}, {1, 5, 4, 2}), sample({4}, {4}), sample({4}, {4, 3}),
     sample({3, 4}, {4}), sample({2, 3, 4}, {4}), sample({3, 0}, {0, 2}), sample({0, 3}, {3, 2}),
     sample({17, 31}, {31, 9}), sample({2, 2, 3}, {1, 3, 3}), sample({4}, {2, 4, 3}), sample({0, 2, 3}, {1, 3, 2}),
     sample({2, 3, 1, 2}, {3, 2, 2}), sample({1, 3, 4}, {4, 2}), sample({1, 2, 3}, {0, 3, 2})},
    {sample({3, 4}, {5, 2}), sample({2, 3, 4}, {3, 4, 5}), sample({}, {3})});

}  // namespace
}  // namespace skew
