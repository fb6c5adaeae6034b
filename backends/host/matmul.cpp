// Repeating matrices over broadcast batch axes, and summing them back.
#include "ops/matmul.h"

#include <algorithm>

#include "backends/host/host.h"

namespace skew {
namespace {

// Which of x's matrices stands at place `index` of the batch: x's axes of length 1 stay at 0.
ptrdiff_t matrix_at(ptrdiff_t index, const Shape& batch, const Shape& x) {
  ptrdiff_t at = 0, step = 1;
  for (int axis = batch.rank() - 1, own = x.rank() - 3; own >= 0; --axis, --own) {
    if (x[own] > 1) at += index % batch[axis] * step;
    index /= batch[axis];
    step *= x[own];
  }
  return at;
}

Tensor expand(const Tensor& x, const Shape& batch) {
  return visit_floating(x, "matmul", [&](auto zero) {
    using T = decltype(zero);
    const Shape& s = x.shape();
    const ptrdiff_t rows = s[s.rank() - 2], columns = s[s.rank() - 1], size = rows * columns;
    Tensor y = Tensor::empty({batch.count(), rows, columns}, x.dtype(), x.device());
    for (ptrdiff_t i = 0; i < batch.count(); ++i)
      std::copy_n(x.data<T>() + matrix_at(i, batch, s) * size, size, y.fill<T>() + i * size);
    return y;
  });
}

Tensor sum(const Tensor& y, const Shape& batch, const Shape& x) {
  return visit_floating(y, "matmul", [&](auto zero) {
    using T = decltype(zero);
    const ptrdiff_t size = x[x.rank() - 2] * x[x.rank() - 1];
    Tensor total = Tensor::zeros(x, y.dtype(), y.device());
    for (ptrdiff_t i = 0; i < batch.count(); ++i) {
      const T* from = y.data<T>() + i * size;
      T* into = total.fill<T>() + matrix_at(i, batch, x) * size;
      for (ptrdiff_t k = 0; k < size; ++k) into[k] += from[k];
    }
    return total;
  });
}

const bool filled = on_host(expand_matrices, expand) && on_host(sum_matrices, sum);

}  // namespace
}  // namespace skew
