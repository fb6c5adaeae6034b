// The product of matrices as a device sees it: the one slot below linear and matmul. Not an op, has no gradient.
// Next: ops/linear.h, ops/matmul.h, backends/reference/gemm.cpp.
#pragma once
#include "core/kernel.h"
#include "core/tensor.h"

namespace skew {

struct GemmArgs {
  bool transpose_a = false, transpose_b = false;  // of the last two axes
};

// y[m,n] = bias[n] + Σ_k a[m,k]·b[k,n], for each matrix of a batch.
//   a (M, K) and b (K, N) → (M, N), or a (B, M, K) and b (B, K, N) → (B, M, N); a is (K, M) when transposed, b (N, K).
//   bias (N) or undefined. Row-major, lengths already checked by the op; any may be 0 (K = 0 gives bias or 0).
inline constinit Kernel<Tensor(const Tensor& a, const Tensor& b, const Tensor& bias, const GemmArgs&)> gemm{"gemm"};

}  // namespace skew
