// Flip and roll: axis tables that run backwards, or in a circle.
// The kernel behind both is in backends/host/rearrange.cpp.
#include "ops/flip.h"

#include <algorithm>

#include "core/error.h"
#include "core/registry.h"
#include "ops/axis_args.h"

namespace skew {
namespace {

struct RollArgs {
  ptrdiff_t shift = 0, axis = 0;
  template <class Self, class Visit> static void fields(Self& self, Visit&& visit) {
    visit("shift", self.shift, finite(), "places towards the end");
    visit("axis", self.axis, finite(), "negative: from the back");
  }
};

const bool flip_registered =
    register_op({.name = "flip",
                 .doc = "The elements along some axes in reverse order.",
                 .formula = "y[i] = x[length − 1 − i]",
                 .source = "NumPy, flip",
                 .slots = {&rearrange_forward, &rearrange_backward},
                 .run = [](const NamedTensors& in, const Args& args) -> NamedTensors {
                   return {{"y", flip(input(in, "x", "flip"), args.read<AxesArg>("flip").axes)}};
                 }}) &&
    register_op({.name = "roll",
                 .doc = "The elements along an axis shifted in a circle.",
                 .formula = "y[i] = x[(i − shift) mod length]",
                 .source = "NumPy, roll",
                 .slots = {&rearrange_forward, &rearrange_backward},
                 .run = [](const NamedTensors& in, const Args& args) -> NamedTensors {
                   const auto a = args.read<RollArgs>("roll");
                   return {{"y", roll(input(in, "x", "roll"), a.shift, a.axis)}};
                 }});

}  // namespace

Tensor flip(const Tensor& x, const std::vector<ptrdiff_t>& axes) {
  const Shape& s = x.shape();
  Rearrangement r = unchanged(s);
  std::vector<int> seen;
  for (const ptrdiff_t given : axes) {
    const int axis = s.axis(given, "flip");
    if (std::count(seen.begin(), seen.end(), axis))
      throw ShapeError(text("flip: expected different axes of ", s, ", got ", given, " twice"));
    seen.push_back(axis);
    const ptrdiff_t length = s[axis];
    replace_axis(r, s, axis, length, [length](ptrdiff_t i) { return length - 1 - i; });
  }
  return rearrange("flip", x, std::move(r));
}

Tensor roll(const Tensor& x, ptrdiff_t shift, ptrdiff_t given) {
  const Shape& s = x.shape();
  const int axis = s.axis(given, "roll");
  const ptrdiff_t length = s[axis], back = length == 0 ? 0 : length - (shift % length + length) % length;
  Rearrangement r = unchanged(s);
  replace_axis(r, s, axis, length, [=](ptrdiff_t i) { return (i + back) % length; });
  return rearrange("roll", x, std::move(r));
}

}  // namespace skew
