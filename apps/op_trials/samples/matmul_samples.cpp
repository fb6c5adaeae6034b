// What the ops of ops/matmul.h are tested with.
#include "apps/op_trials/op_samples.h"

namespace skew {
namespace {

Sample matmul_sample(Shape a, Shape b) { return {{{"a", a}, {"b", b}}, {}}; }

const bool matmul_samples = register_samples(
    "matmul",
    {matmul_sample({3, 4}, {4, 5}), matmul_sample({1, 1}, {1, 1}), matmul_sample({2, 3, 4}, {2, 4, 5}),
     matmul_sample({2, 3, 4}, {4, 5}), matmul_sample({3, 4}, {2, 4, 5}), matmul_sample({2, 1, 3, 4}, {1, 5, 4, 2}),
     matmul_sample({4}, {4}), matmul_sample({4}, {4, 3}), matmul_sample({3, 4}, {4}), matmul_sample({2, 3, 4}, {4}),
     matmul_sample({3, 0}, {0, 2}), matmul_sample({0, 3}, {3, 2}), matmul_sample({17, 31}, {31, 9}),
     matmul_sample({2, 2, 3}, {1, 3, 3}), matmul_sample({4}, {2, 4, 3}), matmul_sample({0, 2, 3}, {1, 3, 2}),
     matmul_sample({2, 3, 1, 2}, {3, 2, 2}), matmul_sample({1, 3, 4}, {4, 2}), matmul_sample({1, 2, 3}, {0, 3, 2})},
    {matmul_sample({3, 4}, {5, 2}), matmul_sample({2, 3, 4}, {3, 4, 5}), matmul_sample({}, {3})});

}  // namespace
}  // namespace skew
