// Products of matrices over broadcast batch axes, through the gemm slot. Next: ops/gemm.h, ops/linear.h.
#pragma once
#include "core/kernel.h"
#include "core/tensor.h"

namespace skew {

// y[…,m,n] = Σ_k a[…,m,k]·b[…,k,n]; the axes before the last two broadcast as NumPy's do.
// A vector a (K) counts as (1, K), a vector b (K) as (K, 1), and that axis of length 1 is dropped from y.
// Throws ShapeError when the inner lengths differ, the batch axes do not broadcast, or an operand is a scalar.
Tensor matmul(const Tensor& a, const Tensor& b);

// ---- slots: the batch axes
// x (…, R, C), row-major, repeated so that its batch axes become `batch`: (count of batch, R, C).
inline constinit Kernel<Tensor(const Tensor& x, const Shape& batch)> expand_matrices{"expand_matrices"};
// The adjoint: y (count of batch, R, C) summed into the shape of x.
inline constinit Kernel<Tensor(const Tensor& y, const Shape& batch, const Shape& x)> sum_matrices{"sum_matrices"};

}  // namespace skew
