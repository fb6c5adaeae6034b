// Permute and transpose: axis tables in another order. Flip and roll: tables that run backwards, or in a circle.
// The kernel behind them is in backends/host/rearrange.cpp.
#include "ops/permute.h"

#include <algorithm>

#include "core/error.h"
#include "core/registry.h"
#include "ops/axis_args.h"

namespace skew {
namespace {

Tensor permuted(const char* op, const Tensor& x, const std::vector<int>& axes) {
  const Shape& s = x.shape();
  Rearrangement r;
  std::vector<ptrdiff_t> lengths;
  for (const int axis : axes) {
    lengths.push_back(s[axis]);
    r.from.push_back(axis_table(s, axis, s[axis], [](ptrdiff_t i) { return i; }));
  }
  r.shape = Shape(lengths);
  return rearrange(op, x, std::move(r));
}

struct RollArgs {
  ptrdiff_t shift = 0, axis = 0;
  template <class Self, class Visit> static void fields(Self& self, Visit&& visit) {
    visit("shift", self.shift, finite(), "places towards the end");
    visit("axis", self.axis, finite(), "negative: from the back");
  }
};

const bool permute_registered =
    register_op({.name = "permute",
                 .doc = "The axes in another order.",
                 .formula = "y[…, iₖ, …] with iₖ along axis axes[k] of x",
                 .source = "NumPy, transpose",
                 .back = {{"x", "g with the axes put back"}},
                 .arguments = field_list(AxesArg{}),
                 .slots = {&rearrange_forward, &rearrange_backward},
                 .run = [](const NamedTensors& in, const Args& args) -> NamedTensors {
                   return {{"y", permute(input(in, "x", "permute"), args.read<AxesArg>("permute").axes)}};
                 }}) &&
    register_op({.name = "transpose",
                 .doc = "Two axes exchanged.",
                 .formula = "y[…, j, …, i, …] = x[…, i, …, j, …]",
                 .source = "PyTorch, transpose",
                 .back = {{"x", "g with the two axes exchanged"}},
                 .arguments = field_list(AxesArg{}),
                 .slots = {&rearrange_forward, &rearrange_backward},
                 .run = [](const NamedTensors& in, const Args& args) -> NamedTensors {
                   const auto axes = args.read<AxesArg>("transpose").axes;
                   if (axes.size() != 2)
                     throw ValueError(text("transpose: expected axes = [a, b], got ", axes.size(), " numbers"));
                   return {{"y", transpose(input(in, "x", "transpose"), axes[0], axes[1])}};
                 }}) &&
    register_op({.name = "flip",
                 .doc = "The elements along some axes in reverse order.",
                 .formula = "y[i] = x[length − 1 − i]",
                 .source = "NumPy, flip",
                 .back = {{"x", "g flipped likewise"}},
                 .arguments = field_list(AxesArg{}),
                 .slots = {&rearrange_forward, &rearrange_backward},
                 .run = [](const NamedTensors& in, const Args& args) -> NamedTensors {
                   return {{"y", flip(input(in, "x", "flip"), args.read<AxesArg>("flip").axes)}};
                 }}) &&
    register_op({.name = "roll",
                 .doc = "The elements along an axis shifted in a circle.",
                 .formula = "y[i] = x[(i − shift) mod length]",
                 .source = "NumPy, roll",
                 .back = {{"x", "g rolled by −shift"}},
                 .arguments = field_list(RollArgs{}),
                 .slots = {&rearrange_forward, &rearrange_backward},
                 .run = [](const NamedTensors& in, const Args& args) -> NamedTensors {
                   const auto a = args.read<RollArgs>("roll");
                   return {{"y", roll(input(in, "x", "roll"), a.shift, a.axis)}};
                 }});

}  // namespace

Tensor permute(const Tensor& x, const std::vector<ptrdiff_t>& axes) {
  const Shape& s = x.shape();
  if (ptrdiff_t(axes.size()) != s.rank())
    throw ShapeError(text("permute: expected ", s.rank(), " axes for ", s, ", got ", axes.size()));
  std::vector<int> order;
  for (const ptrdiff_t axis : axes) {
    order.push_back(s.axis(axis, "permute"));
    if (std::count(order.begin(), order.end(), order.back()) > 1)
      throw ShapeError(text("permute: expected every axis of ", s, " once, got ", axis, " twice"));
  }
  return permuted("permute", x, order);
}

Tensor transpose(const Tensor& x, ptrdiff_t a, ptrdiff_t b) {
  std::vector<int> order;
  for (int k = 0; k < x.shape().rank(); ++k) order.push_back(k);
  const int first = x.shape().axis(a, "transpose"), second = x.shape().axis(b, "transpose");
  std::swap(order[size_t(first)], order[size_t(second)]);
  return permuted("transpose", x, order);
}

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
