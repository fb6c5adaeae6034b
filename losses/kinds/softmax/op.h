// A softmax loss in the graph: `loss(SoftmaxFocal{.gamma = 2}, logits, targets, {.reduction = Reduction::mean})`.
// One op and one kernel slot for each loss type; forward is one fused pass of value and gradient.
// Read next: backends/reference/softmax_loss.h (the pass as a plain loop), backends/cpu/softmax_loss.h (the fast one).
#pragma once
#include <memory>
#include <optional>

#include "losses/kinds/loss_op.h"
#include "losses/kinds/softmax/formula.h"

namespace skew {

// One pass over logits (N, C) or (N, C, …). All of x's number type but target, which may be int64 indices.
struct SoftmaxJob {
  Tensor x, target, class_weights, mask;  // (N, …) indices or probabilities of x's shape; [C]; (N, …)
  Tensor class_numbers;                   // [C], what shift() reads; undefined for losses that shift nothing
  std::optional<int64_t> ignore_index;
  Reduction reduction;
  double logit_scale = 1;
  ExponentChoice exponents;
  Tensor value;     // to fill: the reduced loss, a scalar; for Reduction::none that of each row, (N, …)
  Tensor gradient;  // to fill where defined: x's shape
};
// Returns the first bad elements; of index targets, `target` is the row.
template <SoftmaxLoss L>
inline constinit Kernel<BadElements(const KernelOf<L>&, const SoftmaxJob&)> softmax_loss_kernel{L::name};

// ---- what does not depend on the formula
// x's shape without the class axis: that of target indices, of a mask, and of the result for reduction none.
Shape without_classes(const Shape& x);
// The checks that all softmax losses share; returns the result's shape.
Shape softmax_shape(std::string_view loss, Inputs in, Reduction reduction, bool takes_probabilities, bool ignores);
// The job without class numbers: inputs in x's number type, outputs made.
SoftmaxJob softmax_job(Inputs in, Reduction reduction, bool with_gradient);
// How many kept rows each class has.
void batch_counts(const SoftmaxJob& job, std::span<double> counts);
// The labels of a batch, −1 where the mask leaves them out.
std::vector<int64_t> kept_labels(const Tensor& targets, const Tensor& mask);
// weights [C] times the caller's own, if there are any.
void multiply_by(const Tensor& class_weights, std::span<double> weights);
// Throws for what the kernel found wrong.
void throw_if_bad(std::string_view loss, const SoftmaxJob& job, const BadElements& bad);

template <SoftmaxLoss L> struct SoftmaxLossOp : LossOp {
  std::shared_ptr<const L> loss;
  Reduction reduction;
  std::optional<int64_t> ignore_index;
  SoftmaxLossOp(std::shared_ptr<const L> loss, const LossArgs& args)
      : loss(std::move(loss)), reduction(args.reduction), ignore_index(args.ignore_index) {}

  std::string_view name() const override { return L::name; }

  Shape shape(Inputs in) const override {
    return softmax_shape(L::name, in, reduction, L::hooks.every_class, ignore_index.has_value());
  }
  Tensor forward(Inputs in, Saved& saved) const override {
    SoftmaxJob job = softmax_job(in, reduction, saved.recording());
    [[maybe_unused]] const ptrdiff_t classes = job.x.shape()[1];
    job.ignore_index = ignore_index;
    job.logit_scale = logit_scale(*loss);
    if constexpr (L::hooks.whole_exponents) job.exponents.whole = loss->whole_exponents();
    if constexpr (L::hooks.class_numbers)
      job.class_numbers = per_class_tensor(job.x, classes, [&](std::span<double> numbers) {
        if constexpr (L::hooks.counts_labels) batch_counts(job, numbers);
        loss->class_numbers(numbers);
      });
    if constexpr (L::hooks.own_weights) {
      bool weighs = false;
      const Tensor own = per_class_tensor(job.x, classes, [&](std::span<double> weights) {
        weighs = loss->own_weights(weights);
        if (weighs) multiply_by(job.class_weights, weights);
      });
      if (weighs) job.class_weights = own;
    }
    throw_if_bad(L::name, job, softmax_loss_kernel<L>(job.x.device(), kernel_of(*loss), job));
    saved.keep(job.gradient);
    return job.value;
  }
};

// loss() below, for a loss whose parameters are known to be good.
template <SoftmaxLoss L>
Tensor prepared_loss(const std::shared_ptr<const L>& loss, const Tensor& logits, const Tensor& targets,
                     const LossArgs& args) {
  static_assert(check_softmax_hooks<L>());
  refuse_weights(L::name, args);
  return apply(SoftmaxLossOp<L>(loss, args), {logits, targets, args.class_weights, args.mask});
}

// logits x (N, C) or (N, C, …); targets int64 (N) or (N, …), for some losses (hooks.every_class) also probabilities of
// x's shape (mask: the indices' shape). Class weights multiply f of their class.
//   mean: Σ / Σ w_t over the kept targets; for probabilities / their number.   batch_mean: Σ / N.   none: (N, …).
// Nothing kept: 0. Loss arithmetic is in the logits' type.
// Throws ValueError for a parameter outside its range, an index outside 0 … C−1 (naming the row) or a probability
// outside [0, 1], NonFiniteError for a NaN logit, ShapeError for shapes or lists of counts that do not fit.
template <SoftmaxLoss L>
Tensor loss(const L& loss, const Tensor& logits, const Tensor& targets, const LossArgs& args = {}) {
  check_fields(L::name, loss);
  return prepared_loss<L>(std::make_shared<const L>(loss), logits, targets, args);
}

}  // namespace skew
