// Permute and transpose: axis tables in another order.
// The kernel behind both is in backends/host/rearrange.cpp.
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
  r.shape = Shape(std::span<const ptrdiff_t>(lengths));
  return rearrange(op, x, std::move(r));
}

const bool permute_registered =
    register_op({.name = "permute",
                 .doc = "The axes in another order.",
                 .formula = "y[…, iₖ, …] with iₖ along axis axes[k] of x",
                 .source = "NumPy, transpose",
                 .slots = {&rearrange_forward, &rearrange_backward},
                 .run = [](const NamedTensors& in, const Args& args) -> NamedTensors {
                   return {{"y", permute(input(in, "x", "permute"), args.read<AxesArg>("permute").axes)}};
                 }}) &&
    register_op({.name = "transpose",
                 .doc = "Two axes exchanged.",
                 .formula = "y[…, j, …, i, …] = x[…, i, …, j, …]",
                 .source = "PyTorch, transpose",
                 .slots = {&rearrange_forward, &rearrange_backward},
                 .run = [](const NamedTensors& in, const Args& args) -> NamedTensors {
                   const auto axes = args.read<AxesArg>("transpose").axes;
                   if (axes.size() != 2)
                     throw ValueError(text("transpose: expected axes = [a, b], got ", axes.size(), " numbers"));
                   return {{"y", transpose(input(in, "x", "transpose"), axes[0], axes[1])}};
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

}  // namespace skew
