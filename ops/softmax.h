// Softmax along an axis and its logarithm. Losses on class logits have a fused kernel (losses/cross_entropy.h).
#pragma once
#include "core/kernel.h"
#include "core/tensor.h"
#include "ops/extents.h"

namespace skew {

// y = exp(x − m) / Σ exp(x − m) with m = max x: no overflow for any finite x. Throws ShapeError for an axis x lacks.
Tensor softmax(const Tensor& x, ptrdiff_t axis = -1);
// y = x − m − ln Σ exp(x − m).
Tensor log_softmax(const Tensor& x, ptrdiff_t axis = -1);

// ---- slots; `log` chooses log_softmax
inline constinit Kernel<Tensor(const Tensor& x, const Extents&, bool log)> softmax_forward{"softmax_forward"};
inline constinit Kernel<Tensor(const Tensor& dy, const Tensor& y, const Extents&, bool log)> softmax_backward{
    "softmax_backward"};

}  // namespace skew
