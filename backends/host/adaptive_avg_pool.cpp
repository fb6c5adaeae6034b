// Average pooling into a wanted size. It stands once, at the end of a network, on small images: one loop for all.
#include "backends/host/host.h"
#include "core/parallel.h"
#include "ops/pool.h"

namespace skew {
namespace {

// Calls f(k, at, share) for every element: k of y gets share · x[at]. Images are independent of each other.
template <class F> void elements(const Shape& x, const Shape& y, F f) {
  const ptrdiff_t grain = std::max<ptrdiff_t>(1, (1 << 14) / std::max<ptrdiff_t>(1, x[2] * x[3] + y[2] * y[3]));
  parallel_for(y[0] * y[1], grain, [&](ptrdiff_t first, ptrdiff_t last) {
    for (ptrdiff_t k = first * y[2] * y[3]; k < last * y[2] * y[3]; ++k) {
      const ptrdiff_t i = k / y[3] % y[2], j = k % y[3], image = k / (y[2] * y[3]) * x[2] * x[3];
      const ptrdiff_t top = i * x[2] / y[2], bottom = ((i + 1) * x[2] + y[2] - 1) / y[2];
      const ptrdiff_t left = j * x[3] / y[3], right = ((j + 1) * x[3] + y[3] - 1) / y[3];
      const double share = 1 / double((bottom - top) * (right - left));
      for (ptrdiff_t h = top; h < bottom; ++h)
        for (ptrdiff_t w = left; w < right; ++w) f(k, image + h * x[3] + w, share);
    }
  });
}

Tensor forward(const Tensor& x, Pair output) {
  return visit_floating(x, "adaptive_avg_pool", [&](auto zero) {
    using T = decltype(zero);
    Tensor y = Tensor::zeros({x.shape()[0], x.shape()[1], output.h, output.w}, x.dtype(), x.device());
    const T* xs = x.data<T>();
    T* ys = y.fill<T>();
    elements(x.shape(), y.shape(),
             [&](ptrdiff_t k, ptrdiff_t at, double share) { ys[k] += T(share * double(xs[at])); });
    return y;
  });
}

Tensor backward(const Tensor& dy, const Shape& x, Pair) {
  return visit_floating(dy, "adaptive_avg_pool", [&](auto zero) {
    using T = decltype(zero);
    Tensor dx = Tensor::zeros(x, dy.dtype(), dy.device());
    const T* dys = dy.data<T>();
    T* dxs = dx.fill<T>();
    elements(x, dy.shape(), [&](ptrdiff_t k, ptrdiff_t at, double share) { dxs[at] += T(share * double(dys[k])); });
    return dx;
  });
}

const bool filled = on_host(adaptive_avg_pool_forward, forward) && on_host(adaptive_avg_pool_backward, backward);

}  // namespace
}  // namespace skew
