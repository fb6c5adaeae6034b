// Reading single elements or copying rows by index, and adding gradients back to them.
// Shape rules: ops/gather.cpp.
#include "ops/gather.h"

#include <algorithm>

#include "backends/host/host.h"
#include "core/error.h"
#include "core/parallel.h"

namespace skew {
namespace {

// Throws ValueError naming `op` unless every element of `index` is in 0 … length − 1.
void check_indices(const char* op, const Tensor& index, ptrdiff_t length) {
  const int64_t* at = index.data<int64_t>();
  for (ptrdiff_t k = 0; k < index.count(); ++k)
    if (at[k] < 0 || at[k] >= length)
      throw ValueError(text(op, ": expected indices in 0..", length - 1, ", got ", at[k], " at element ", k));
}

// ---- gather: one index an element

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

Tensor read(const Tensor& x, const Tensor& index, int axis) {
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
Tensor add_back(const Tensor& dy, const Tensor& index, int axis, const Shape& x) {
  Tensor dx = Tensor::zeros(x, dy.dtype(), dy.device());
  const int64_t* at = index.data<int64_t>();
  visit_floating(dy, "gather", [&](auto zero) {
    using T = decltype(zero);
    for (ptrdiff_t k = 0; k < dy.count(); ++k)
      dx.fill<T>()[source(k, index.shape(), x, axis, at[k])] += dy.data<T>()[k];
  });
  return dx;
}

// ---- index_select and embedding: one index a row

Tensor read_rows(const char* op, const Tensor& x, const Tensor& index, const Extents& e, const Shape& shape) {
  check_indices(op, index, e.n);
  Tensor y = Tensor::empty(shape, x.dtype(), x.device());
  const ptrdiff_t count = index.count();
  const int64_t* at = index.data<int64_t>();
  visit_elements(x, [&](auto zero) {
    using T = decltype(zero);
    const T* xs = x.data<T>();
    T* ys = y.fill<T>();
    parallel_for(e.outer * count, (1 << 14) / (e.inner + 1), [&](ptrdiff_t begin, ptrdiff_t end) {
      for (ptrdiff_t r = begin; r < end; ++r)
        std::copy_n(xs + (r / count * e.n + at[r % count]) * e.inner, e.inner, ys + r * e.inner);
    });
  });
  return y;
}

// Threads share out the outer blocks; within one the rows are added in order, since two may have the same index.
Tensor add_back_rows(const Tensor& dy, const Tensor& index, const Extents& e, const Shape& x, ptrdiff_t skip) {
  Tensor dx = Tensor::zeros(x, dy.dtype(), dy.device());
  const ptrdiff_t count = index.count();
  const int64_t* at = index.data<int64_t>();
  visit_floating(dy, "index_select", [&](auto zero) {
    using T = decltype(zero);
    const T* dys = dy.data<T>();
    T* dxs = dx.fill<T>();
    parallel_for(e.outer, (1 << 14) / (count * e.inner + 1), [&](ptrdiff_t begin, ptrdiff_t end) {
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

const bool filled = on_host(gather_forward, read) && on_host(gather_backward, add_back) &&
                    on_host(select_rows, read_rows) && on_host(add_rows, add_back_rows);

}  // namespace
}  // namespace skew
