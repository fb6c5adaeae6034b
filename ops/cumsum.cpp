// Running sums; the way back is a running sum from the other end.
// Kernel: backends/host/cumsum.cpp.
#include "ops/cumsum.h"

#include "core/op.h"
#include "core/registry.h"
#include "ops/axis_args.h"

namespace skew {
namespace {

struct CumsumOp : Op {
  ptrdiff_t axis;
  explicit CumsumOp(ptrdiff_t axis) : axis(axis) {}

  std::string_view name() const override { return "cumsum"; }
  Extents extents(const Shape& s) const { return along(s, s.axis(axis, "cumsum")); }
  Shape shape(Inputs in) const override { return extents(in[0].shape()), in[0].shape(); }
  Tensor forward(Inputs in, Saved&) const override {
    return cumsum_forward(in[0].device(), in[0], extents(in[0].shape()), false);
  }
  Tensors backward(const Tensor& dy, const Saved&, const Needs&) const override {
    return {cumsum_forward(dy.device(), dy, extents(dy.shape()), true)};
  }
};

const bool cumsum_registered =
    register_op({.name = "cumsum",
                 .doc = "Running sums along an axis.",
                 .formula = "y[i] = Σ x[j], j ≤ i",
                 .source = "NumPy, cumsum",
                 .back = {{"x", "Σ g[i], i ≥ j: the running sum from the end"}},
                 .arguments = field_list(AxisArg{}),
                 .slots = {&cumsum_forward},
                 .run = [](const NamedTensors& in, const Args& args) -> NamedTensors {
                   return {{"y", cumsum(input(in, "x", "cumsum"), args.read<AxisArg>("cumsum").axis)}};
                 }});

}  // namespace

Tensor cumsum(const Tensor& x, ptrdiff_t axis) { return apply(CumsumOp(axis), {x}); }

}  // namespace skew
