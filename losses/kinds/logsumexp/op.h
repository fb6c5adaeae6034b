// A log-sum-exp loss in the graph: `loss(Zlpr{}, logits, targets, {.reduction = Reduction::mean})`. Forward is value
// and gradient at once. Read next: backends/reference/logsumexp_loss.h (by its definition),
// backends/cpu/logsumexp_loss.h (fast).
#pragma once
#include "losses/kinds/logsumexp/formula.h"
#include "losses/kinds/loss_op.h"

namespace skew {

// All of x's shape [N, C] and number type but class_weights [C].
struct LogSumExpJob {
  Tensor x, y, class_weights, mask, weights;
  Reduction reduction;
  Tensor value;     // to fill: the reduced loss, a scalar; for Reduction::none that of each image, [N]
  Tensor gradient;  // to fill where defined
};
template <LogSumExpLoss L>
inline constinit Kernel<BadElements(const L&, const LogSumExpJob&)> logsumexp_loss_kernel{L::name};

// ---- what does not depend on the formula
Shape logsumexp_shape(std::string_view loss, Inputs in, Reduction reduction, bool along_classes);
LogSumExpJob logsumexp_job(Inputs in, Reduction reduction, bool with_gradient);

template <LogSumExpLoss L> struct LogSumExpLossOp : LossOp {
  static_assert(std::is_trivially_copyable_v<L>, "a kernel's parameters are numbers");
  L loss;
  Reduction reduction;
  LogSumExpLossOp(const L& loss, Reduction reduction) : loss(loss), reduction(reduction) {}

  std::string_view name() const override { return L::name; }

  Shape shape(Inputs in) const override { return logsumexp_shape(L::name, in, reduction, L::hooks.along_classes); }
  Tensor forward(Inputs in, Saved& saved) const override {
    const LogSumExpJob job = logsumexp_job(in, reduction, saved.recording());
    throw_if_bad(L::name, logsumexp_loss_kernel<L>(job.x.device(), loss, job), job.x, job.y);
    saved.keep(job.gradient);
    return job.value;
  }
};

// logits x [N, C], targets of the same shape in [0, 1]. Class weights, weights and masks multiply the terms inside the
// sums. A line counts if it has a positive (two_way) or a known label (zlpr); nothing counts: 0.
//   mean: over the lines that count, images and classes each.   batch_mean: Σ / N.   none: [N], not for two_way.
// Throws as pointwise losses do (../pointwise/op.h).
template <LogSumExpLoss L>
Tensor loss(const L& loss, const Tensor& logits, const Tensor& targets, const LossArgs& args = {}) {
  static_assert(check_logsumexp_hooks<L>());
  check_fields(L::name, loss);
  refuse_ignore_index(L::name, args);
  return apply(LogSumExpLossOp<L>(loss, args.reduction),
               {logits, targets, args.class_weights, args.mask, args.weights});
}

}  // namespace skew
