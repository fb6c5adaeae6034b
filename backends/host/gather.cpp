// Reading single elements by index, and adding gradients back to them.
// Shape rules: ops/gather.cpp.
#include "ops/gather.h"

#include <algorithm>

#include "backends/host/host.h"
#include "backends/host/indices.h"
#include "core/parallel.h"

namespace skew {
namespace {

// Where element k of the index reads in x.
ptrdiff_t source(ptrdiff_t k, const Shape& index, const Shape& x, int axis, int64_t chosen) {
  ptrdiff_t offset = 0, stride = 1;
  for (int a = x.rank() - 1; a >= 0; --a) {
    offset += (a == axis ? ptrdiff_t(chosen) : k % index[a]) * stride;
    k /= index[a];
    stride *= x[a];
  }
  return offset;
}

Tensor forward(const Tensor& x, const Tensor& index, int axis) {
  check_indices("gather", index, x.shape()[axis]);
  Tensor y = Tensor::empty(index.shape(), x.dtype(), x.device());
  const int64_t* at = index.data<int64_t>();
  visit_elements(x, [&](auto zero) {
    using T = decltype(zero);
    const T* xs = x.data<T>();
    T* ys = y.fill<T>();
    parallel_for(y.count(), 1 << 12, [&](ptrdiff_t begin, ptrdiff_t end) {
      for (ptrdiff_t k = begin; k < end; ++k) ys[k] = xs[source(k, index.shape(), x.shape(), axis, at[k])];
    });
  });
  return y;
}

// In one thread: two indices may name the same element.
Tensor backward(const Tensor& dy, const Tensor& index, int axis, const Shape& x) {
  Tensor dx = Tensor::zeros(x, dy.dtype(), dy.device());
  const int64_t* at = index.data<int64_t>();
  visit_floating(dy, "gather", [&](auto zero) {
    using T = decltype(zero);
    for (ptrdiff_t k = 0; k < dy.count(); ++k)
      dx.fill<T>()[source(k, index.shape(), x, axis, at[k])] += dy.data<T>()[k];
  });
  return dx;
}

const bool filled = on_host(gather_forward, forward) && on_host(gather_backward, backward);

}  // namespace
}  // namespace skew
