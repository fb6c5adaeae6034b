// A set loss in the graph: `loss(Zlpr{}, logits, targets, {.reduction = Reduction::mean})`. Forward is value and
// gradient at once. Read next: backends/reference/set_loss.h (by its definition), backends/cpu/set_loss.h (fast).
#pragma once
#include "losses/pointwise_op.h"
#include "losses/set_loss.h"

namespace skew {

// All of x's shape [N, C] and number type but class_weights [C]. `value` [N] and `gradient` are filled where defined.
struct SetJob {
  Tensor x, y, class_weights, mask, weights;
  Reduction reduction;
  Tensor value, gradient;
};
struct SetResult {
  double value;  // reduced
  BadElements bad;
};
template <SetLoss L>
inline constinit Kernel<SetResult(const L&, const SetJob&)> set_loss_kernel{L::name};

template <SetLoss L>
struct SetLossOp : LossOp {
  L loss;
  Reduction reduction;
  SetLossOp(const L& loss, Reduction reduction) : loss(loss), reduction(reduction) {}

  std::string_view name() const override { return L::name; }

  Shape shape(Inputs in) const override {
    const Shape& x = in[0].shape();
    if (x.rank() != 2) throw ShapeError(text(L::name, ": expected logits [N, C], got ", x));
    if (L::along_classes && reduction == Reduction::none)
      throw ValueError(text(L::name,
                            ": reduction none is not defined, its losses of classes belong to no image; "
                            "use mean, sum or batch_mean"));
    pointwise_shape(L::name, in, reduction, 1);
    return reduction == Reduction::none ? Shape{x[0]} : Shape{};
  }
  Tensor forward(Inputs in, Saved& saved) const override {
    const Tensor& x = in[0];
    auto same = [&](const Tensor& t) { return t.defined() ? t.to(x.dtype()) : t; };
    SetJob job{x, same(in[1]), same(in[2]), same(in[3]), stretched(same(in[4]), x.shape()), reduction, {}, {}};
    if (reduction == Reduction::none) job.value = Tensor::empty({x.shape()[0]}, x.dtype(), x.device());
    if (saved.recording()) job.gradient = Tensor::empty_like(x);
    const SetResult result = set_loss_kernel<L>(x.device(), loss, job);
    throw_if_bad(L::name, result.bad, x, job.y);
    saved.keep(job.gradient);
    return reduction == Reduction::none ? job.value : Tensor::full({}, result.value, x.dtype(), x.device());
  }
};

// logits x [N, C], targets of the same shape in [0, 1]. Class weights, weights and masks multiply the terms inside the
// sums. A line counts if it has a positive (two_way) or a known label (zlpr); nothing counts: 0.
//   mean: over the lines that count, images and classes each.   batch_mean: Σ / N.   none: [N], not for two_way.
// Throws as pointwise losses do (pointwise_op.h).
template <SetLoss L>
Tensor loss(const L& loss, const Tensor& logits, const Tensor& targets, const LossArgs& args = {}) {
  check_fields(L::name, loss);
  return apply(SetLossOp<L>(loss, args.reduction), {logits, targets, args.class_weights, args.mask, args.weights});
}

}  // namespace skew
