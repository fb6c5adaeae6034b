// One loop over two tensors that broadcast, for every formula of ops/arithmetic.h and every device in host memory.
#pragma once
#include "backends/host/broadcast.h"
#include "ops/arithmetic.h"

namespace skew {

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
