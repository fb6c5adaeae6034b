// The op behind every loss: forward computes value and gradient in one pass and keeps the gradient, backward only
// scales it by the upstream gradient (for a training step, by 1). Each kind of loss adds its shape rule and its pass.
// Read next: pointwise/op.h, softmax/op.h, logsumexp/op.h.
#pragma once
#include <span>

#include "core/error.h"
#include "core/kernel.h"
#include "core/op.h"
#include "losses/table/reduction.h"

namespace skew {

// saved · dy, with dy a scalar or of saved's shape or, with a class axis between (cross-entropy, reduction none), of
// saved's shape without axis 1. Returns `saved` itself where dy is the scalar 1.
inline constinit Kernel<Tensor(const Tensor& saved, const Tensor& dy)> scale_saved_gradient{"scale_saved_gradient"};

// 1/n as a scalar of `type`, n the elements of the mask that are not 0; 0 where there are none.
inline constinit Kernel<Tensor(const Tensor& mask, DType type)> share_of_kept{"share_of_kept"};

struct LossOp : Op {
  Tensors backward(const Tensor& dy, const Saved& saved, const Needs&) const override;
  // t in x's number type, if there is a t.
  static Tensor same_type(const Tensor& t, const Tensor& x) { return t.defined() ? t.to(x.dtype()) : t; }
};

// The classes of pointwise logits: their last axis, 1 for a scalar.
inline ptrdiff_t classes_of(const Shape& logits) { return logits.rank() ? logits[logits.rank() - 1] : 1; }

// What a kernel found wrong: the row-major index of the first bad element, or −1.
struct BadElements {
  ptrdiff_t logit = -1;   // NaN
  ptrdiff_t target = -1;  // outside [0, 1], or NaN
};
// Throws for the first of them: NonFiniteError for a NaN logit, ValueError for a target; names row and column.
void throw_if_bad(std::string_view loss, const BadElements& bad, const Tensor& logits, const Tensor& targets);

// Throws ValueError for a weight that is NaN or infinite: times the 0 of an element that has no say it would be NaN, on
// some devices only. Undefined weights are none.
void refuse_infinite(std::string_view loss, const Tensor& weights);

// The numbers of a tensor of any number type as doubles in host memory; `kept` holds them.
inline const double* as_doubles(const Tensor& t, Tensor& kept) {
  kept = t.host().to(DType::float64);
  return kept.data<double>();
}
// [C] in the logits' type and on their device, from fill(std::span<double>). In memory of the caching allocator, as
// everything that a loss makes for a call: no allocation in a steady state.
template <class F> Tensor per_class_tensor(const Tensor& logits, ptrdiff_t classes, F&& fill) {
  Tensor numbers = Tensor::empty({classes}, DType::float64, Device::reference);
  fill(std::span<double>(numbers.fill<double>(), size_t(classes)));
  return numbers.to(logits.dtype()).to(logits.device());
}

}  // namespace skew
