// Softmax and its logarithm: one op with a flag, which keeps its result for the way back.
// Kernels: backends/host/softmax.cpp.
#include "ops/softmax.h"

#include "core/op.h"
#include "core/registry.h"
#include "ops/axis_args.h"

namespace skew {
namespace {

struct SoftmaxOp : Op {
  ptrdiff_t axis;
  bool log;
  SoftmaxOp(ptrdiff_t axis, bool log) : axis(axis), log(log) {}

  std::string_view name() const override { return log ? "log_softmax" : "softmax"; }
  Extents extents(const Shape& s) const { return along(s, s.axis(axis, name())); }
  Shape shape(Inputs in) const override { return extents(in[0].shape()), in[0].shape(); }
  Tensor forward(Inputs in, Saved& saved) const override {
    const Tensor y = softmax_forward(in[0].device(), in[0], extents(in[0].shape()), log);
    saved.keep(y);
    return y;
  }
  Tensors backward(const Tensor& dy, const Saved& saved, const Needs&) const override {
    return {softmax_backward(dy.device(), dy, saved[0], extents(dy.shape()), log)};
  }
};

bool register_softmax(const char* name, const char* doc, const char* formula, const char* back,
                      Tensor (*op)(const Tensor&, ptrdiff_t)) {
  return register_op({.name = name,
                      .doc = doc,
                      .formula = formula,
                      .source = "Bridle, 1990",
                      .back = {{"x", back}},
                      .arguments = field_list(AxisArg{-1}),
                      .slots = {&softmax_forward, &softmax_backward},
                      .run = [=](const NamedTensors& in, const Args& args) -> NamedTensors {
                        return {{"y", op(input(in, "x", name), args.read<AxisArg>(name, {-1}).axis)}};
                      }});
}

const bool softmax_registered =
    register_softmax("softmax", "Scores along an axis as probabilities.", "exp(x) / Σ exp(x)", "y·(g − Σ g·y)",
                     softmax) &&
    register_softmax("log_softmax", "The logarithm of softmax, exact where softmax is 0 in the type.",
                     "x − ln Σ exp(x)", "g − exp(y)·Σ g", log_softmax);

}  // namespace

Tensor softmax(const Tensor& x, ptrdiff_t axis) { return apply(SoftmaxOp(axis, false), {x}); }
Tensor log_softmax(const Tensor& x, ptrdiff_t axis) { return apply(SoftmaxOp(axis, true), {x}); }

}  // namespace skew
