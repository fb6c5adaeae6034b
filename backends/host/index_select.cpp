// Copying rows by index, and adding gradients back to them.
// Shape rules: ops/index_select.cpp.
#include "ops/index_select.h"

#include <algorithm>

#include "backends/host/host.h"
#include "backends/host/indices.h"
#include "core/parallel.h"

namespace skew {
namespace {

Tensor forward(const char* op, const Tensor& x, const Tensor& index, const Extents& e, const Shape& shape) {
  check_indices(op, index, e.n);
  Tensor y = Tensor::empty(shape, x.dtype(), x.device());
  const ptrdiff_t count = index.count();
  const int64_t* at = index.data<int64_t>();
  visit_elements(x, [&](auto zero) {
    using T = decltype(zero);
    const T* xs = x.data<T>();
    T* ys = y.fill<T>();
    parallel_for(e.outer * count, std::max<ptrdiff_t>(1, (1 << 14) / (e.inner + 1)),
                 [&](ptrdiff_t begin, ptrdiff_t end) {
                   for (ptrdiff_t r = begin; r < end; ++r)
                     std::copy_n(xs + (r / count * e.n + at[r % count]) * e.inner, e.inner, ys + r * e.inner);
                 });
  });
  return y;
}

// Threads share out the outer blocks; within one the rows are added in order, since two may have the same index.
Tensor backward(const Tensor& dy, const Tensor& index, const Extents& e, const Shape& x, ptrdiff_t skip) {
  Tensor dx = Tensor::zeros(x, dy.dtype(), dy.device());
  const ptrdiff_t count = index.count();
  const int64_t* at = index.data<int64_t>();
  visit_floating(dy, "index_select", [&](auto zero) {
    using T = decltype(zero);
    const T* dys = dy.data<T>();
    T* dxs = dx.fill<T>();
    parallel_for(e.outer, std::max<ptrdiff_t>(1, (1 << 14) / (count * e.inner + 1)),
                 [&](ptrdiff_t begin, ptrdiff_t end) {
                   for (ptrdiff_t o = begin; o < end; ++o)
                     for (ptrdiff_t k = 0; k < count; ++k) {
                       if (at[k] == skip) continue;
                       const T* from = dys + (o * count + k) * e.inner;
                       T* into = dxs + (o * e.n + at[k]) * e.inner;
                       for (ptrdiff_t i = 0; i < e.inner; ++i) into[i] += from[i];
                     }
                 });
  });
  return dx;
}

const bool filled = on_host(select_rows, forward) && on_host(add_rows, backward);

}  // namespace
}  // namespace skew
