// The product of matrices: the bias is laid down first, cuBLAS adds the product to it.
#include "ops/gemm.h"

#include "backends/cuda/blas.h"
#include "backends/cuda/each.cuh"
#include "backends/cuda/elements.h"

namespace skew::gpu {
namespace {

// y[…, n] = bias[n], or 0 without one.
void lay_down(const Tensor& bias, const Tensor& y, ptrdiff_t columns) {
  const float* const biases = read(bias);
  float* const ys = fill(y);
  each("gemm", y.count(), [=] __device__(ptrdiff_t i) { ys[i] = biases ? biases[i % columns] : 0; });
}

Matrix operand_of(const Tensor& t, bool transpose) {
  const Shape& s = t.shape();
  const ptrdiff_t rows = s[s.rank() - 2], columns = s[s.rank() - 1];
  return operand(read(t), columns, transpose, rows * columns);
}

Tensor product(const Tensor& a, const Tensor& b, const Tensor& bias, const GemmArgs& args) {
  const int rank = a.shape().rank(), row = rank - 2, column = rank - 1;
  const ptrdiff_t m = a.shape()[args.transpose_a ? column : row], k = a.shape()[args.transpose_a ? row : column];
  const ptrdiff_t n = b.shape()[args.transpose_b ? row : column], batch = rank == 3 ? a.shape()[0] : 1;
  Tensor y = Tensor::empty(a.shape().with(row, m).with(column, n), a.dtype(), a.device());
  if (y.count() == 0) return y;
  if (k == 0 || bias.defined()) lay_down(bias, y, n);
  if (k > 0)
    multiply("gemm", m, n, k, operand_of(a, args.transpose_a), operand_of(b, args.transpose_b), bias.defined() ? 1 : 0,
             {fill(y), n, m * n}, batch);
  return y;
}

const bool filled = on_cuda(gemm, product);

}  // namespace
}  // namespace skew::gpu
