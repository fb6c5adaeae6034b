// The product of matrices as its definition reads: three loops, for each matrix of the batch. Sums are in double.
#include "ops/gemm.h"

#include "backends/host/host.h"
#include "core/parallel.h"

namespace skew {
namespace {

Tensor product(const Tensor& a, const Tensor& b, const Tensor& bias, const GemmArgs& args) {
  return visit_floating(a, "gemm", [&](auto zero) {
    using T = decltype(zero);
    const int rank = a.shape().rank(), row = rank - 2, column = rank - 1;
    const ptrdiff_t M = a.shape()[args.transpose_a ? column : row], K = a.shape()[args.transpose_a ? row : column];
    const ptrdiff_t N = b.shape()[args.transpose_b ? row : column], batch = rank == 3 ? a.shape()[0] : 1;
    Tensor y = Tensor::empty(a.shape().with(row, M).with(column, N), a.dtype(), a.device());
    const T *as = a.data<T>(), *bs = b.data<T>(), *biases = data_if<T>(bias);
    T* ys = y.fill<T>();
    parallel_for(batch * M, 1, [&](ptrdiff_t begin, ptrdiff_t end) {
      for (ptrdiff_t r = begin; r < end; ++r) {
        const ptrdiff_t m = r % M;
        const T *matrix_a = as + r / M * M * K, *matrix_b = bs + r / M * K * N;
        for (ptrdiff_t n = 0; n < N; ++n) {
          double sum = biases ? double(biases[n]) : 0;
          for (ptrdiff_t k = 0; k < K; ++k)
            sum += double(matrix_a[args.transpose_a ? k * M + m : m * K + k]) *
                   double(matrix_b[args.transpose_b ? n * K + k : k * N + n]);
          ys[r * N + n] = T(sum);
        }
      }
    });
    return y;
  });
}

const bool filled = on_reference(gemm, product);

}  // namespace
}  // namespace skew
