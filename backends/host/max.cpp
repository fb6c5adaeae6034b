// The first largest element of each line, reading it, and sending a gradient to it.
// Lines are those of backends/host/lines.h.
#include "ops/max.h"

#include <cmath>

#include "backends/host/host.h"
#include "backends/host/lines.h"

namespace skew {
namespace {

Tensor argmax_lines(const Tensor& x, const Extents& e, const Shape& shape) {
  Tensor y = Tensor::empty(shape, DType::int64, x.device());
  int64_t* ys = y.fill<int64_t>();
  visit_floating(x, "argmax", [&](auto zero) {
    using T = decltype(zero);
    const T* xs = x.data<T>();
    each_line(e, 1 << 15, [&](ptrdiff_t k, ptrdiff_t first) {
      ptrdiff_t best = 0;
      for (ptrdiff_t j = 0; j < e.n && !std::isnan(xs[first + best * e.inner]); ++j) {
        const T v = xs[first + j * e.inner];
        if (v > xs[first + best * e.inner] || std::isnan(v)) best = j;
      }
      ys[k] = best;
    });
  });
  return y;
}

Tensor pick(const Tensor& x, const Tensor& indices, const Extents& e) {
  return visit_floating(x, "max", [&](auto zero) {
    using T = decltype(zero);
    Tensor y = Tensor::empty(indices.shape(), x.dtype(), x.device());
    const T* xs = x.data<T>();
    const int64_t* at = indices.data<int64_t>();
    T* ys = y.fill<T>();
    each_line(e, 1 << 15, [&](ptrdiff_t k, ptrdiff_t first) { ys[k] = xs[first + at[k] * e.inner]; });
    return y;
  });
}

Tensor pick_adjoint(const Tensor& dy, const Tensor& indices, const Extents& e, const Shape& x) {
  return visit_floating(dy, "max", [&](auto zero) {
    using T = decltype(zero);
    Tensor dx = Tensor::zeros(x, dy.dtype(), dy.device());
    const T* dys = dy.data<T>();
    const int64_t* at = indices.data<int64_t>();
    T* dxs = dx.fill<T>();
    each_line(e, 1 << 15, [&](ptrdiff_t k, ptrdiff_t first) { dxs[first + at[k] * e.inner] = dys[k]; });
    return dx;
  });
}

const bool filled =
    on_host(argmax_forward, argmax_lines) && on_host(pick_forward, pick) && on_host(pick_backward, pick_adjoint);

}  // namespace
}  // namespace skew
