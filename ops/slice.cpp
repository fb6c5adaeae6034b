// Slice: Python's rules for start, stop and negative indices, turned into one axis table.
// The kernel is in backends/host/rearrange.cpp.
#include "ops/slice.h"

#include <algorithm>

#include "core/error.h"
#include "core/registry.h"

namespace skew {
namespace {

const bool slice_registered =
    register_op({.name = "slice",
                 .doc = "A part of a tensor along one axis.",
                 .formula = "y[…, i, …] = x[…, start + i·step, …]",
                 .source = "Python, slicing",
                 .back = {{"x", "g at start + i·step, 0 elsewhere"}},
                 .arguments = field_list(SliceArgs{}),
                 .slots = {&rearrange_forward, &rearrange_backward},
                 .run = [](const NamedTensors& in, const Args& args) -> NamedTensors {
                   return {{"y", slice(input(in, "x", "slice"), args.read<SliceArgs>("slice"))}};
                 }});

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
