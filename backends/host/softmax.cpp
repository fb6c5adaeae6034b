// Softmax line by line: largest, powers and their sum, scaling. The sum is held in double.
// Lines are those of backends/host/lines.h.
#include "ops/softmax.h"

#include <algorithm>
#include <cmath>

#include "backends/host/host.h"
#include "backends/host/lines.h"

namespace skew {
namespace {

// One line; its sum in double, everything else in T.
template <class T> void line(const T* x, T* y, ptrdiff_t n, ptrdiff_t stride, bool log) {
  if (n == 0) return;
  T most = x[0];
  for (ptrdiff_t j = 1; j < n; ++j) most = std::max(most, x[j * stride]);
  double sum = 0;
  for (ptrdiff_t j = 0; j < n; ++j) {
    const T power = std::exp(x[j * stride] - most);
    if (!log) y[j * stride] = power;
    sum += double(power);
  }
  const T scale = T(1 / sum), log_sum = T(std::log(sum));
  for (ptrdiff_t j = 0; j < n; ++j) y[j * stride] = log ? x[j * stride] - most - log_sum : y[j * stride] * scale;
}

Tensor forward(const Tensor& x, const Extents& e, bool log) {
  return visit_floating(x, "softmax", [&](auto zero) {
    using T = decltype(zero);
    Tensor y = Tensor::empty_like(x);
    const T* xs = x.data<T>();
    T* ys = y.fill<T>();
    each_line(e, 1 << 12, [&](ptrdiff_t, ptrdiff_t first) { line(xs + first, ys + first, e.n, e.inner, log); });
    return y;
  });
}

// softmax: dx = y (dy − Σ y dy); log_softmax: dx = dy − exp(y) Σ dy.
Tensor backward(const Tensor& dy, const Tensor& y, const Extents& e, bool log) {
  return visit_floating(dy, "softmax", [&](auto zero) {
    using T = decltype(zero);
    Tensor dx = Tensor::empty_like(dy);
    const T *dys = dy.data<T>(), *ys = y.data<T>();
    T* dxs = dx.fill<T>();
    each_line(e, 1 << 12, [&](ptrdiff_t, ptrdiff_t first) {
      double sum = 0;
      for (ptrdiff_t j = 0, at = first; j < e.n; ++j, at += e.inner)
        sum += double(dys[at]) * (log ? 1 : double(ys[at]));
      for (ptrdiff_t j = 0, at = first; j < e.n; ++j, at += e.inner)
        dxs[at] = log ? dys[at] - std::exp(ys[at]) * T(sum) : ys[at] * T(double(dys[at]) - sum);
    });
    return dx;
  });
}

const bool filled = on_host(softmax_forward, forward) && on_host(softmax_backward, backward);

}  // namespace
}  // namespace skew
