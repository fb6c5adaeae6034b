// The fully connected layer's computation, through the gemm slot. Next: ops/gemm.h, ops/matmul.h.
#pragma once
#include "core/tensor.h"

namespace skew {

// y[…,o] = b[o] + Σ_i x[…,i]·w[o,i].   x (…, in) of rank ≥ 1   w (out, in)   b (out) or undefined   →   y (…, out)
// Throws ShapeError when lengths do not fit.
Tensor linear(const Tensor& x, const Tensor& w, const Tensor& b = {});

}  // namespace skew
