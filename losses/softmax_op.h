// A softmax loss in the graph: `loss(SoftmaxFocal{.gamma = 2}, logits, targets, {.reduction = Reduction::mean})`.
// One op and one kernel slot for each loss type; forward is one fused pass of value and gradient.
// Read next: backends/reference/softmax_loss.h (the pass as a plain loop), backends/cpu/softmax_loss.h (the fast one).
#pragma once
#include <optional>

#include "losses/pointwise_op.h"  // check_parameters
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
std::vector<double> batch_counts(const SoftmaxJob& job);
// Numbers per class in x's type, on its device; undefined if there are none.
Tensor per_class_tensor(const std::vector<double>& numbers, const Tensor& x);
// Throws for what the kernel found wrong; returns the op's result.
Tensor softmax_result(std::string_view loss, const SoftmaxJob& job, const SoftmaxResult& result);
void refuse_weights(std::string_view loss, const LossArgs& args);

template <SoftmaxLoss L>
struct SoftmaxLossOp : LossOp {
  L loss;
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
    if constexpr (requires { loss.class_numbers(classes); })
      job.class_numbers = per_class_tensor(loss.class_numbers(classes), job.x);
    if constexpr (requires { loss.counted({}); })
      job.class_numbers = per_class_tensor(loss.class_numbers(batch_counts(job)), job.x);
    if constexpr (requires { loss.own_weights(classes); }) {
      std::vector<double> weights = loss.own_weights(classes);
      if (job.class_weights.defined() && !weights.empty()) {
        const auto given = job.class_weights.to(Device::reference).to(DType::float64).template values<double>();
        for (size_t c = 0; c < weights.size(); ++c) weights[c] *= given[c];
      }
      if (!weights.empty()) job.class_weights = per_class_tensor(weights, job.x);
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
  check_parameters(loss);
  return apply(SoftmaxLossOp<L>(loss, args.reduction), {logits, targets, args.class_weights, args.mask});
}

}  // namespace skew
