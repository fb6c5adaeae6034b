// The fully connected layer: all leading axes become the rows of one matrix for gemm.
#include "ops/linear.h"

#include "core/error.h"
#include "core/op.h"
#include "core/registry.h"
#include "ops/channel_bias.h"
#include "ops/gemm.h"

namespace skew {
namespace {

// (…, length) as the rows of one matrix.
Tensor rows(const Tensor& t) {
  const int last = t.shape().rank() - 1;
  return t.view({t.shape().count(0, last), t.shape()[last]});
}

struct LinearOp : Op {
  std::string_view name() const override { return "linear"; }

  Shape shape(Inputs in) const override {
    const Shape &x = in[0].shape(), &w = in[1].shape();
    if (x.rank() < 1 || w.rank() != 2 || x[x.rank() - 1] != w[1])
      throw ShapeError(text("linear: expected x (…, in) and w (out, in), got ", x, " and ", w, "; check the features"));
    if (in[2].defined() && !(in[2].shape() == Shape{w[0]}))
      throw ShapeError(text("linear: expected a bias of shape [", w[0], "] (the outputs), got ", in[2].shape()));
    return x.with(x.rank() - 1, w[0]);
  }
  Tensor forward(Inputs in, Saved& saved) const override {
    saved.keep(in[0]);
    saved.keep(in[1]);
    return gemm(in[0].device(), rows(in[0]), in[1], in[2], {.transpose_b = true}).view(shape(in));
  }
  Tensors backward(const Tensor& dy, const Saved& saved, const Needs& needs) const override {
    const Device device = dy.device();
    const Tensor dys = rows(dy);
    Tensors grads(3);
    if (needs[0]) grads[0] = gemm(device, dys, saved[1], {}, {}).view(saved.shapes[0]);
    if (needs[1]) grads[1] = gemm(device, dys, rows(saved[0]), {}, {.transpose_a = true});
    if (needs[2]) grads[2] = sum_to_channels(device, dys);
    return grads;
  }
};

const bool linear_registered =
    register_op({.name = "linear",
                 .doc = "Fully connected: every output is a weighted sum of all inputs.",
                 .formula = "y[…,o] = b[o] + Σ_i x[…,i] · w[o,i]",
                 .source = "Rosenblatt, The perceptron, 1958",
                 .back = {{"x", "g @ w"}, {"w", "gᵀ @ x"}, {"b", "Σ g over the rows"}},
                 .slots = {&gemm, &sum_to_channels},
                 .differentiable = {"x", "w", "b"},
                 .run = [](const NamedTensors& in, const Args& args) -> NamedTensors {
                   args.only("linear", {});
                   return {{"y", linear(input(in, "x", "linear"), input(in, "w", "linear"), optional_input(in, "b"))}};
                 }});

}  // namespace

Tensor linear(const Tensor& x, const Tensor& w, const Tensor& b) { return apply(LinearOp{}, {x, w, b}); }

}  // namespace skew
