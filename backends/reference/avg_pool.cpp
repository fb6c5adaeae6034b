// Average pooling as its definition reads; the way back spreads each gradient evenly over its window.
#include "backends/reference/avg_pool.h"

#include <algorithm>

#include "backends/host/host.h"
#include "core/parallel.h"

namespace skew {
namespace {

// A window along one axis: the part inside the image, and the length that is counted.
struct Side {
  ptrdiff_t begin, end, counted;
};

Side side(ptrdiff_t i, ptrdiff_t length, ptrdiff_t kernel, ptrdiff_t stride, ptrdiff_t pad, bool include_pad) {
  const ptrdiff_t start = i * stride - pad, stop = std::min(start + kernel, length + pad);
  const ptrdiff_t begin = std::max<ptrdiff_t>(start, 0), end = std::min(stop, length);
  return {begin, end, include_pad ? stop - start : end - begin};
}

// Calls f(k, image, rows, columns) for every window: k its place in y, image the start of its image in x.
template <class F> void each_window(const Shape& x, const Shape& y, const PoolArgs& a, F f) {
  parallel_for(y[0] * y[1], 1, [&](ptrdiff_t begin, ptrdiff_t end) {
    for (ptrdiff_t k = begin * y[2] * y[3]; k < end * y[2] * y[3]; ++k)
      f(k, k / (y[2] * y[3]) * x[2] * x[3],
        side(k / y[3] % y[2], x[2], a.kernel.h, a.stride.h, a.padding.h, a.count_include_pad),
        side(k % y[3], x[3], a.kernel.w, a.stride.w, a.padding.w, a.count_include_pad));
  });
}

}  // namespace

Tensor average_windows(const Tensor& input, const PoolArgs& args) {
  const Tensor x = input.to(Layout{});
  return visit_floating(x, "avg_pool", [&](auto zero) {
    using T = decltype(zero);
    const Shape& s = x.shape();
    Tensor y = Tensor::empty(pool_shape("avg_pool", s, args), x.dtype(), x.device());
    const T* xs = x.data<T>();
    T* ys = y.fill<T>();
    each_window(s, y.shape(), args, [&](ptrdiff_t k, ptrdiff_t image, Side rows, Side columns) {
      double sum = 0;
      for (ptrdiff_t h = rows.begin; h < rows.end; ++h)
        for (ptrdiff_t w = columns.begin; w < columns.end; ++w) sum += double(xs[image + h * s[3] + w]);
      ys[k] = T(sum / (double(rows.counted) * double(columns.counted)));
    });
    return y;
  });
}

Tensor spread_over_windows(const Tensor& upstream, const Shape& x, const PoolArgs& args) {
  const Tensor dy = upstream.to(Layout{});
  return visit_floating(dy, "avg_pool", [&](auto zero) {
    using T = decltype(zero);
    Tensor dx = Tensor::zeros(x, dy.dtype(), dy.device());
    const T* dys = dy.data<T>();
    T* dxs = dx.fill<T>();
    each_window(x, dy.shape(), args, [&](ptrdiff_t k, ptrdiff_t image, Side rows, Side columns) {
      const T share = T(double(dys[k]) / (double(rows.counted) * double(columns.counted)));
      for (ptrdiff_t h = rows.begin; h < rows.end; ++h)
        for (ptrdiff_t w = columns.begin; w < columns.end; ++w) dxs[image + h * x[3] + w] += share;
    });
    return dx;
  });
}

namespace {
const bool filled =
    on_reference(avg_pool_forward, average_windows) && on_reference(avg_pool_backward, spread_over_windows);
}  // namespace

}  // namespace skew
