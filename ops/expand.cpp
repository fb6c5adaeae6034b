// Broadcasting as an op: tables of zeros repeat, sum_to_shape goes back.
// Kernels: backends/host/rearrange.cpp and the slot of ops/arithmetic.h.
#include "ops/expand.h"

#include "core/error.h"
#include "core/op.h"
#include "core/registry.h"
#include "ops/arithmetic.h"
#include "ops/axis_args.h"
#include "ops/rearrange.h"

namespace skew {
namespace {

struct ExpandOp : Op {
  Shape result;
  explicit ExpandOp(const Shape& result) : result(result) {}
  std::string_view name() const override { return "expand"; }
  Shape shape(Inputs in) const override {
    if (!(broadcast(in[0].shape(), result, "expand") == result))
      throw ShapeError(
          text("expand: expected axes of length 1 where lengths change, got ", in[0].shape(), " for ", result));
    return result;
  }
  Tensor forward(Inputs in, Saved&) const override { return expand_to(in[0], result); }
  Tensors backward(const Tensor& dy, const Saved& saved, const Needs&) const override {
    return {sum_to_shape(dy.device(), dy, saved.shapes[0])};
  }
};

const bool expand_registered =
    register_op({.name = "expand",
                 .doc = "Axes of length 1 repeated, new ones in front.",
                 .formula = "y[…, i, …] = x[…, 0, …] where x has length 1",
                 .source = "NumPy, broadcast_to",
                 .back = {{"x", "Σ g over what was repeated"}},
                 .arguments = field_list(ShapeArg{}),
                 .slots = {&rearrange_forward, &sum_to_shape},
                 .run = [](const NamedTensors& in, const Args& args) -> NamedTensors {
                   return {{"y", expand(input(in, "x", "expand"), args.read<ShapeArg>("expand").shape)}};
                 }});

}  // namespace

Tensor expand(const Tensor& x, const std::vector<ptrdiff_t>& shape) {
  std::vector<ptrdiff_t> lengths = shape;
  const ptrdiff_t missing = ptrdiff_t(shape.size()) - x.shape().rank();
  for (ptrdiff_t k = 0; k < ptrdiff_t(lengths.size()); ++k) {
    ptrdiff_t& length = lengths[size_t(k)];
    if (length < -1 || (length == -1 && k < missing))
      throw ShapeError(text("expand: expected a length ≥ 0, or −1 for an axis that x has, got ", length));
    if (length == -1 && missing >= 0) length = x.shape()[int(k - missing)];
  }
  if (missing < 0) throw ShapeError(text("expand: expected at least the ", x.shape().rank(), " axes of ", x.shape()));
  return apply(ExpandOp(Shape(lengths)), {x});
}

Tensor expand_to(const Tensor& x, const Shape& shape) {
  const Shape& s = x.shape();
  if (s == shape) return x;
  Rearrangement r{shape, {}, 0};
  for (int k = 0; k < shape.rank(); ++k) {
    const int axis = k - (shape.rank() - s.rank());
    const bool repeats = axis < 0 || s[axis] == 1;
    r.from.push_back(repeats ? std::vector<ptrdiff_t>(size_t(shape[k]), 0)
                             : axis_table(s, axis, s[axis], [](ptrdiff_t i) { return i; }));
  }
  return rearrange_forward(x.device(), x.to(Layout{}), r);
}

}  // namespace skew
