// Slice: Python's rules for start, stop and negative indices, turned into one axis table.
// The kernel is in backends/host/rearrange.cpp.
#include "ops/slice.h"

#include <algorithm>

#include "core/error.h"
#include "core/registry.h"

namespace skew {
namespace {

std::optional<ptrdiff_t> end_of(const Args& args, const char* name) {
  if (!args.has(name)) return {};
  return args.integer(name, 0);
}

Sample sample(Shape x, double axis, ArgValue start, ArgValue stop, double step = 1) {
  return {{{"x", x}}, {{"axis", axis}, {"start", std::move(start)}, {"stop", std::move(stop)}, {"step", step}}};
}

const bool rows =
    register_op({.name = "slice",
                 .doc = "A part of a tensor along one axis.",
                 .formula = "y[…, i, …] = x[…, start + i·step, …]",
                 .source = "Python, slicing",
                 .slots = {&rearrange_forward, &rearrange_backward},
                 .differentiable = {"x"},
                 .run = [](const NamedTensors& in, const Args& args) -> NamedTensors {
                   args.only("slice", {"axis", "start", "stop", "step"});
                   return {{"y", slice(input(in, "x", "slice"), {.axis = args.integer("axis", 0),
                                                                 .start = end_of(args, "start"),
                                                                 .stop = end_of(args, "stop"),
                                                                 .step = args.integer("step", 1)})}};
                 },
                 .samples = {sample({6, 4}, 0, 1., 5.), sample({6, 4}, 0, 0., 6., 2), sample({2, 7}, 1, -3., 7.),
                             sample({2, 7}, 1, 1., -1.), sample({2, 3, 5}, 2, 1., 4., 2), sample({4}, 0, 2., 2.),
                             sample({4}, 0, 3., 1.), sample({4}, 0, nullptr, nullptr), sample({5, 2}, -2, nullptr, 3.),
                             sample({5, 2}, 0, -100., 100., 3), sample({1, 1}, 0, 0., 1.), sample({0, 3}, 0, 0., 2.),
                             sample({2, 3, 4, 5}, 1, 1., 2.), sample({7}, 0, 0., 7., 10)},
                 .refused = {sample({4}, 1, 0., 1.), sample({4}, 0, 0., 4., 0), sample({4}, 0, 0., 4., -1),
                             sample({}, 0, 0., 1.)}});

}  // namespace

Tensor slice(const Tensor& x, const SliceArgs& args) {
  const Shape& s = x.shape();
  const int axis = s.axis(args.axis, "slice");
  if (args.step < 1)
    throw ValueError(text("slice: expected a step ≥ 1, got ", args.step, "; to reverse an axis use flip"));
  const ptrdiff_t length = s[axis];
  auto end = [&](std::optional<ptrdiff_t> given, ptrdiff_t otherwise) {
    const ptrdiff_t at = given.value_or(otherwise);
    return std::clamp<ptrdiff_t>(at < 0 ? at + length : at, 0, length);
  };
  const ptrdiff_t start = end(args.start, 0), stop = end(args.stop, length);
  const ptrdiff_t count = stop <= start ? 0 : (stop - start - 1) / args.step + 1;
  Rearrangement r = unchanged(s);
  replace_axis(r, s, axis, count, [&](ptrdiff_t i) { return start + i * args.step; });
  return rearrange("slice", x, std::move(r));
}

}  // namespace skew
