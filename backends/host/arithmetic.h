// Walking two tensors that broadcast, in the order of the result, and one loop over them for every formula of
// ops/arithmetic.h and every device in host memory.
#pragma once
#include <array>

#include "ops/arithmetic.h"

namespace skew {

// How far apart, in elements, neighbours along each axis of `out` are in a row-major tensor of `shape`; 0 along axes
// that it is stretched along.
inline std::array<ptrdiff_t, Shape::max_rank> broadcast_strides(const Shape& shape, const Shape& out) {
  std::array<ptrdiff_t, Shape::max_rank> strides{};
  ptrdiff_t step = 1;
  for (int i = shape.rank() - 1; i >= 0; --i) {
    strides[size_t(i + out.rank() - shape.rank())] = shape[i] == 1 ? 0 : step;
    step *= shape[i];
  }
  return strides;
}

// Calls f(k, i, j) for k = 0, 1, … over `out`, with the offsets i into a and j into b.
template <class F> void for_each_broadcast(const Shape& out, const Shape& a, const Shape& b, F f) {
  if (out.count() == 0) return;
  const auto sa = broadcast_strides(a, out), sb = broadcast_strides(b, out);
  std::array<ptrdiff_t, Shape::max_rank> at{};
  ptrdiff_t i = 0, j = 0;
  for (ptrdiff_t k = 0;; ++k) {
    f(k, i, j);
    int axis = out.rank() - 1;
    for (; axis >= 0; --axis) {  // like an odometer
      const size_t x = size_t(axis);
      i += sa[x], j += sb[x];
      if (++at[x] < out[axis]) break;
      i -= sa[x] * at[x], j -= sb[x] * at[x];
      at[x] = 0;
    }
    if (axis < 0) return;
  }
}

// y = f(a, b). Row-major operands broadcast; equal shapes in one order give that order.
template <class T, class F> Tensor combined(const Tensor& a, const Tensor& b, const F& f) {
  const Shape shape = broadcast(a.shape(), b.shape(), F::name);
  Tensor y = Tensor::empty(shape, a.dtype(), a.device(), a.shape() == shape ? a.layout() : Layout{});
  const T *as = a.data<T>(), *bs = b.data<T>();
  T* ys = y.fill<T>();
  for_each_broadcast(shape, a.shape(), b.shape(),
                     [&](ptrdiff_t k, ptrdiff_t i, ptrdiff_t j) { ys[k] = f(as[i], bs[j]); });
  return y;
}

}  // namespace skew
