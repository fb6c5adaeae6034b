// A pointwise loss in the graph: `loss(Ral{.clip = 0.05}, logits, targets, {.reduction = Reduction::mean})`.
// One op and one kernel slot for each loss type, made from its formula; forward is one fused pass.
// Read next: backends/reference/pointwise_loss.h (the pass as a plain loop), backends/cpu/pointwise_loss.h (the fast
// one).
#pragma once
#include <memory>

#include "losses/kinds/loss_op.h"
#include "losses/kinds/pointwise/formula.h"

namespace skew {

// One pass over logits x. All of x's shape and number type but class_weights [C]; `weights` and what is not defined of
// the others weighs 1. Lives for the call of a kernel.
struct PointwiseJob {
  Tensor x, y, class_weights, mask, weights{};
  Reduction reduction{};
  ExponentChoice exponents{};
  std::span<const PerClass> class_numbers{};  // hooks.class_numbers of them
  Tensor value{};     // to fill: the reduced loss, a scalar; for Reduction::none that of each element
  Tensor gradient{};  // to fill where defined: of the reduced loss; for Reduction::none of each element's own
};
// Returns the first bad elements; masked targets are not looked at.
template <PointwiseLoss L>
inline constinit Kernel<BadElements(const KernelOf<L>&, const PointwiseJob&)> pointwise_loss_kernel{L::name};

// ---- what does not depend on the formula
// The checks that losses of elements share; returns the logits' shape or a scalar's. `class_numbers`: of the loss.
Shape pointwise_shape(std::string_view loss, Inputs in, Reduction reduction,
                      std::span<const PerClass> class_numbers = {});
// The inputs in x's number type and shape, the outputs made.
PointwiseJob pointwise_job(Inputs in, Reduction reduction, bool with_gradient);

// A loss whose parameters were found good, with what kernels read of it: worked out once, shared by the ops that run
// it.
template <PointwiseLoss L> struct PreparedLoss {
  L loss;
  KernelOf<L> kernel;
  std::array<PerClass, size_t(L::hooks.class_numbers)> class_numbers;

  // Throws ValueError for a parameter outside its range.
  explicit PreparedLoss(L l) : loss((check_fields(L::name, l), std::move(l))), kernel(kernel_of(loss)) {
    static_assert(check_pointwise_hooks<L>());
    if constexpr (L::hooks.class_numbers > 0) class_numbers = loss.class_numbers();
  }
};

template <PointwiseLoss L> struct PointwiseLossOp : LossOp {
  std::shared_ptr<const PreparedLoss<L>> prepared;
  Reduction reduction;
  PointwiseLossOp(std::shared_ptr<const PreparedLoss<L>> prepared, Reduction reduction)
      : prepared(std::move(prepared)), reduction(reduction) {}

  std::string_view name() const override { return L::name; }

  Shape shape(Inputs in) const override { return pointwise_shape(L::name, in, reduction, prepared->class_numbers); }
  Tensor forward(Inputs in, Saved& saved) const override {
    PointwiseJob job = pointwise_job(in, reduction, saved.recording());
    job.exponents = exponents_of(prepared->loss);
    job.class_numbers = prepared->class_numbers;
    const BadElements bad = pointwise_loss_kernel<L>(job.x.device(), prepared->kernel, job);
    throw_if_bad(L::name, bad, job.x, job.y);
    saved.keep(job.gradient);
    return job.value;
  }
};

// loss() below, for a loss that was prepared before.
template <PointwiseLoss L>
Tensor prepared_loss(const std::shared_ptr<const PreparedLoss<L>>& prepared, const Tensor& logits,
                     const Tensor& targets, const LossArgs& args) {
  refuse_ignore_index(L::name, args);
  return apply(PointwiseLossOp<L>(prepared, args.reduction),
               {logits, targets, args.class_weights, args.mask, args.weights});
}

// logits x [N, C] (any shape whose last axis is the classes), targets of the same shape in [0, 1], 0 or 1 mostly.
// Returns a scalar, or the logits' shape for Reduction::none. Loss arithmetic is in the logits' type.
// Throws ValueError for a parameter outside its range or a target outside [0, 1], NonFiniteError for a NaN logit
// (both naming row and column), ShapeError for shapes that do not fit.
template <PointwiseLoss L>
Tensor loss(const L& loss, const Tensor& logits, const Tensor& targets, const LossArgs& args = {}) {
  return prepared_loss<L>(std::make_shared<const PreparedLoss<L>>(loss), logits, targets, args);
}

}  // namespace skew
