// What the ops of ops/slice.h are tested with.
#include "apps/op_trials/op_samples.h"

namespace skew {
namespace {

Sample slice_sample(Shape x, double axis, ArgValue start, ArgValue stop, double step = 1) {
  return {{{"x", x}}, {{"axis", axis}, {"start", std::move(start)}, {"stop", std::move(stop)}, {"step", step}}};
}

const bool slice_samples = register_samples(
    "slice",
    {slice_sample({6, 4}, 0, 1., 5.), slice_sample({6, 4}, 0, 0., 6., 2), slice_sample({2, 7}, 1, -3., 7.),
     slice_sample({2, 7}, 1, 1., -1.), slice_sample({2, 3, 5}, 2, 1., 4., 2), slice_sample({4}, 0, 2., 2.),
     slice_sample({4}, 0, 3., 1.), slice_sample({4}, 0, nullptr, nullptr), slice_sample({5, 2}, -2, nullptr, 3.),
     slice_sample({5, 2}, 0, -100., 100., 3), slice_sample({1, 1}, 0, 0., 1.), slice_sample({0, 3}, 0, 0., 2.),
     slice_sample({2, 3, 4, 5}, 1, 1., 2.), slice_sample({7}, 0, 0., 7., 10)},
    {slice_sample({4}, 1, 0., 1.), slice_sample({4}, 0, 0., 4., 0), slice_sample({4}, 0, 0., 4., -1),
     slice_sample({}, 0, 0., 1.)});

}  // namespace
}  // namespace skew
