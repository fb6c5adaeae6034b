// Where: operands are stretched first, so that the kernel sees three tensors of one shape.
// Kernel: backends/host/where.cpp.
#include "ops/where.h"

#include "core/error.h"
#include "core/op.h"
#include "core/registry.h"
#include "ops/arithmetic.h"
#include "ops/expand.h"
#include "ops/rearrange.h"

namespace skew {
namespace {

struct WhereOp : Op {
  std::string_view name() const override { return "where"; }
  Shape shape(Inputs in) const override {
    if (!is_floating(in[1].dtype()) || in[1].dtype() != in[2].dtype())
      throw DtypeError(
          text("where: expected a and b of one floating type, got ", in[1].dtype(), " and ", in[2].dtype()));
    return broadcast(in[0].shape(), broadcast(in[1].shape(), in[2].shape(), "where"), "where");
  }
  Tensor forward(Inputs in, Saved& saved) const override {
    const Shape y = shape(in);
    saved.keep(in[0]);
    return where_forward(in[0].device(), expand_to(in[0], y), expand_to(in[1], y), expand_to(in[2], y));
  }
  Tensors backward(const Tensor& dy, const Saved& saved, const Needs& needs) const override {
    const Tensor condition = expand_to(saved[0], dy.shape()), zero = Tensor::zeros(dy.shape(), dy.dtype(), dy.device());
    Tensors grads(3);
    if (needs[1])
      grads[1] = sum_to_shape(dy.device(), where_forward(dy.device(), condition, dy, zero), saved.shapes[1]);
    if (needs[2])
      grads[2] = sum_to_shape(dy.device(), where_forward(dy.device(), condition, zero, dy), saved.shapes[2]);
    return grads;
  }
};

const bool where_registered = register_op(
    {.name = "where",
     .doc = "One of two tensors, element by element.",
     .formula = "y = condition ≠ 0 ? a : b",
     .source = "NumPy, where",
     .back = {{"a", "g where condition, else 0"}, {"b", "0 where condition, else g"}},
     .inputs = {"condition", "a", "b"},
     .slots = {&where_forward, &rearrange_forward, &sum_to_shape},
     .differentiable = {"a", "b"},
     .run = [](const NamedTensors& in, const Args& args) -> NamedTensors {
       args.only("where", {});
       return {{"y", where(input(in, "condition", "where"), input(in, "a", "where"), input(in, "b", "where"))}};
     }});

}  // namespace

Tensor where(const Tensor& condition, const Tensor& a, const Tensor& b) { return apply(WhereOp(), {condition, a, b}); }

}  // namespace skew
