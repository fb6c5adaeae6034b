// Gather: what an index tensor must look like. The indices themselves are checked by the kernel.
// Kernels: backends/host/gather.cpp.
#include "ops/gather.h"

#include "core/error.h"
#include "core/op.h"
#include "core/registry.h"
#include "ops/axis_args.h"

namespace skew {
namespace {

struct GatherOp : Op {
  ptrdiff_t axis;
  explicit GatherOp(ptrdiff_t axis) : axis(axis) {}

  std::string_view name() const override { return "gather"; }
  Shape shape(Inputs in) const override {
    const Shape &x = in[0].shape(), &index = in[1].shape();
    const int at = x.axis(axis, "gather");
    if (in[1].dtype() != DType::int64)
      throw DtypeError(text("gather: expected an index of int64, got ", in[1].dtype()));
    bool fits = index.rank() == x.rank();
    for (int k = 0; fits && k < x.rank(); ++k) fits = k == at || index[k] <= x[k];
    if (!fits)
      throw ShapeError(text("gather: expected an index of rank ", x.rank(), " and, but for axis ", at,
                            ", at most the lengths of ", x, ", got ", index));
    return index;
  }
  Tensor forward(Inputs in, Saved& saved) const override {
    saved.keep(in[1]);
    return gather_forward(in[0].device(), in[0], in[1], in[0].shape().axis(axis, "gather"));
  }
  Tensors backward(const Tensor& dy, const Saved& saved, const Needs&) const override {
    const Shape& x = saved.shapes[0];
    return {gather_backward(dy.device(), dy, saved[0], x.axis(axis, "gather"), x), {}};
  }
};

const bool rows = register_op({.name = "gather",
                               .doc = "Elements along an axis chosen by indices, one index an element.",
                               .formula = "y[…, i, …] = x[…, index[…, i, …], …]",
                               .source = "PyTorch, gather",
                               .slots = {&gather_forward, &gather_backward},
                               .run = [](const NamedTensors& in, const Args& args) -> NamedTensors {
                                 return {{"y", gather(input(in, "x", "gather"), input(in, "index", "gather"),
                                                      args.read<AxisArg>("gather").axis)}};
                               }});

}  // namespace

Tensor gather(const Tensor& x, const Tensor& index, ptrdiff_t axis) { return apply(GatherOp(axis), {x, index}); }

}  // namespace skew
