// The op behind every loss: forward computes value and gradient in one pass and keeps the gradient, backward only
// scales it by the upstream gradient (for a training step, by 1). Each kind of loss adds its shape rule and its pass.
// Read next: pointwise_op.h, softmax_op.h.
#pragma once
#include <string>
#include <vector>

#include "core/error.h"
#include "core/kernel.h"
#include "core/op.h"
#include "losses/reduction.h"

namespace skew {

// saved · dy, with dy a scalar or of saved's shape or, with a class axis between (cross-entropy, reduction none), of
// saved's shape without axis 1. Returns `saved` itself where dy is the scalar 1.
inline constinit Kernel<Tensor(const Tensor& saved, const Tensor& dy)> scale_saved_gradient{"scale_saved_gradient"};

struct LossOp : Op {
  Tensors backward(const Tensor& dy, const Saved& saved, const Needs&) const override;
};

// What a kernel found wrong: the row-major index of the first bad element, or −1.
struct BadElements {
  ptrdiff_t logit = -1;   // NaN
  ptrdiff_t target = -1;  // outside [0, 1], or NaN
};
// Throws for the first of them: NonFiniteError for a NaN logit, ValueError for a target; names row and column.
void throw_if_bad(std::string_view loss, const BadElements& bad, const Tensor& logits, const Tensor& targets);

// What AnyLoss::at throws for losses that are no function of one logit.
ValueError no_single_logit(std::string_view loss);

// The checks that all pointwise losses share; returns the logits' shape or a scalar's.
Shape pointwise_shape(std::string_view loss, Inputs in, Reduction reduction, size_t per_class);
// Unmasked elements, and `weights` stretched to the logits' shape.
ptrdiff_t counted_elements(const Tensor& mask, ptrdiff_t all);
Tensor stretched(const Tensor& weights, const Shape& shape);

}  // namespace skew
