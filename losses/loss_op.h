// The op behind every loss: forward computes value and gradient in one pass and keeps the gradient, backward only
// scales it by the upstream gradient (for a training step, by 1). Each kind of loss adds its shape rule and its pass.
// Read next: pointwise_op.h, softmax_op.h.
#pragma once
#include <span>
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
// [C] in the logits' type and on their device, from fill(std::span<double>). In memory of the caching allocator, as
// everything that a loss makes for a call: no allocation in a steady state.
template <class F>
Tensor per_class_tensor(const Tensor& logits, ptrdiff_t classes, F&& fill) {
  Tensor numbers = Tensor::empty({classes}, DType::float64, Device::reference);
  fill(std::span<double>(numbers.fill<double>(), size_t(classes)));
  return numbers.to(logits.dtype()).to(logits.device());
}
// The elements of a tensor of any number type as doubles in host memory; `kept` holds them.
inline const double* as_doubles(const Tensor& t, Tensor& kept) {
  kept = t.to(Device::reference).to(DType::float64);
  return kept.data<double>();
}
// Unmasked elements, and `weights` stretched to the logits' shape.
ptrdiff_t counted_elements(const Tensor& mask, ptrdiff_t all);
Tensor stretched(const Tensor& weights, const Shape& shape);

}  // namespace skew
