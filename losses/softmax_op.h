// A softmax loss in the graph: `loss(SoftmaxFocal{.gamma = 2}, logits, targets, {.reduction = Reduction::mean})`.
// One op and one kernel slot for each loss type; forward is one fused pass of value and gradient.
// Read next: backends/reference/softmax_loss.h (the pass as a plain loop), backends/cpu/softmax_loss.h (the fast one).
#pragma once
#include <optional>

#include "losses/pointwise_op.h"
#include "losses/softmax_loss.h"

namespace skew {

// One pass over logits (N, C) or (N, C, …). All of x's number type but target, which may be int64 indices.
struct SoftmaxJob {
  Tensor x, target, class_weights, mask;  // (N, …) indices or probabilities of x's shape; [C]; (N, …)
  Tensor class_numbers;                   // [C], what shift() reads; undefined for losses that shift nothing
  std::optional<int64_t> ignore_index;
  Reduction reduction;
  Tensor value, gradient;  // filled where defined: (N, …) for none, x's shape
};
struct SoftmaxResult {
  double value;  // reduced
  BadElements bad;
};
template <SoftmaxLoss L>
inline constinit Kernel<SoftmaxResult(const L&, const SoftmaxJob&)> softmax_loss_kernel{L::name};

// ---- what does not depend on the formula
// x's shape without the class axis: that of target indices, of a mask, and of the result for reduction none.
Shape without_classes(const Shape& x);
// The checks that all softmax losses share; returns the result's shape.
Shape softmax_shape(std::string_view loss, Inputs in, Reduction reduction, bool takes_probabilities, bool ignores);
// The job without class numbers: inputs in x's number type, outputs made.
SoftmaxJob softmax_job(Inputs in, Reduction reduction, bool with_gradient);
// How many kept rows each class has.
void batch_counts(const SoftmaxJob& job, std::span<double> counts);
// Throws for what the kernel found wrong; returns the op's result.
Tensor softmax_result(std::string_view loss, const SoftmaxJob& job, const SoftmaxResult& result);
void refuse_weights(std::string_view loss, const LossArgs& args);

template <SoftmaxLoss L>
struct SoftmaxLossOp : LossOp {
  const L& loss;  // only shape and forward read it, and apply() has run them when the caller's object goes
  Reduction reduction;
  SoftmaxLossOp(const L& loss, Reduction reduction) : loss(loss), reduction(reduction) {}

  std::string_view name() const override { return L::name; }

  std::optional<int64_t> ignored() const {
    if constexpr (requires { loss.ignore_index; })
      return loss.ignore_index;
    else
      return {};
  }
  Shape shape(Inputs in) const override {
    return softmax_shape(L::name, in, reduction, takes_probabilities<L>, ignored().has_value());
  }
  Tensor forward(Inputs in, Saved& saved) const override {
    SoftmaxJob job = softmax_job(in, reduction, saved.recording());
    [[maybe_unused]] const ptrdiff_t classes = job.x.shape()[1];
    job.ignore_index = ignored();
    if constexpr (requires(std::span<double> n) { loss.class_numbers(n); })
      job.class_numbers = per_class_tensor(job.x, classes, [&](std::span<double> numbers) {
        if constexpr (requires { loss.counted({}); }) batch_counts(job, numbers);
        loss.class_numbers(numbers);
      });
    if constexpr (requires(std::span<double> n) { loss.own_weights(n); }) {
      bool weighs = false;
      const Tensor own = per_class_tensor(job.x, classes, [&](std::span<double> weights) {
        weighs = loss.own_weights(weights);
        Tensor kept;
        const double* given = weighs && job.class_weights.defined() ? as_doubles(job.class_weights, kept) : nullptr;
        for (size_t c = 0; given && c < weights.size(); ++c) weights[c] *= given[c];
      });
      if (weighs) job.class_weights = own;
    }
    const SoftmaxResult result = softmax_loss_kernel<L>(job.x.device(), loss, job);
    const Tensor y = softmax_result(L::name, job, result);
    saved.keep(job.gradient);
    return y;
  }
};

// logits x (N, C) or (N, C, …); targets int64 (N) or (N, …), for some losses (takes_probabilities) also probabilities
// of x's shape (mask: the indices' shape). Class weights multiply f of their class.
//   mean: Σ / Σ w_t over the kept targets; for probabilities / their number.   batch_mean: Σ / N.   none: (N, …).
// Nothing kept: 0. Loss arithmetic is in the logits' type.
// Throws ValueError for a parameter outside its range, an index outside 0 … C−1 (naming the row) or a probability
// outside [0, 1], NonFiniteError for a NaN logit, ShapeError for shapes or lists of counts that do not fit.
template <SoftmaxLoss L>
Tensor loss(const L& loss, const Tensor& logits, const Tensor& targets, const LossArgs& args = {}) {
  refuse_weights(L::name, args);
  check_fields(L::name, loss);
  return apply(SoftmaxLossOp<L>(loss, args.reduction), {logits, targets, args.class_weights, args.mask});
}

}  // namespace skew
