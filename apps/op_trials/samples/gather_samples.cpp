// What gather (ops/gather.h) is tested with.
#include "apps/op_trials/op_samples.h"

namespace skew {
namespace {

Sample gather_sample(Shape x, Shape index, ptrdiff_t below, double axis) {
  return {{{"x", x}, {"index", index, Fill::index, below}}, {{"axis", axis}}};
}

Sample index_of_floats() {
  Sample s = gather_sample({2, 3}, {2, 3}, 3, 1);
  s.inputs[1].fill = Fill::binary;
  return s;
}

const bool gather_samples = register_samples(
    "gather",
    {gather_sample({4, 5}, {4, 3}, 5, 1), gather_sample({4, 5}, {6, 5}, 4, 0),
     gather_sample({2, 3, 4}, {2, 3, 2}, 4, 2), gather_sample({4, 5}, {2, 3}, 5, 1),
     gather_sample({4, 5}, {2, 3}, 4, 0), gather_sample({7}, {3}, 7, 0), gather_sample({1, 1}, {1, 1}, 1, 1),
     gather_sample({1}, {6}, 1, 0), gather_sample({3, 2}, {0, 2}, 3, 0), gather_sample({0, 2}, {0, 3}, 2, 1),
     gather_sample({2, 3, 4}, {1, 5, 2}, 3, -2), gather_sample({2, 3, 2, 2}, {2, 2, 1, 2}, 3, 1),
     gather_sample({4, 5}, {4, 1}, 5, -1)},
    {gather_sample({4, 5}, {4}, 5, 1), gather_sample({4, 5}, {5, 3}, 5, 1), gather_sample({4, 5}, {4, 3}, 5, 2),
     gather_sample({2, 3}, {2, 40}, 20, 1), index_of_floats()});

}  // namespace
}  // namespace skew
