// A bias per channel and its gradient, which only transposed convolutions and linear layers need: plain loops.
#include "ops/channel_bias.h"

#include "backends/host/host.h"

namespace skew {
namespace {

Tensor add_bias(const Tensor& x, const Tensor& b) {
  return visit_floating(x, "add_channel_bias", [&](auto zero) {
    using T = decltype(zero);
    Tensor y = Tensor::empty_like(x);
    const ptrdiff_t channels = x.shape()[1], inner = x.shape().count(2, x.shape().rank());
    const T *xs = x.data<T>(), *bs = b.data<T>();
    T* ys = y.fill<T>();
    for (ptrdiff_t k = 0; k < x.shape()[0] * channels; ++k)
      for (ptrdiff_t i = k * inner; i < (k + 1) * inner; ++i) ys[i] = xs[i] + bs[k % channels];
    return y;
  });
}

Tensor sum(const Tensor& x) {
  return visit_floating(x, "sum_to_channels", [&](auto zero) {
    using T = decltype(zero);
    const ptrdiff_t channels = x.shape()[1], inner = x.shape().count(2, x.shape().rank());
    Tensor s = Tensor::empty({channels}, x.dtype(), x.device());
    for (ptrdiff_t c = 0; c < channels; ++c) {
      double total = 0;
      for (ptrdiff_t n = 0; n < x.shape()[0]; ++n)
        for (ptrdiff_t i = 0; i < inner; ++i) total += double(x.data<T>()[(n * channels + c) * inner + i]);
      s.fill<T>()[c] = T(total);
    }
    return s;
  });
}

const bool filled = on_host(add_channel_bias, add_bias) && on_host(sum_to_channels, sum);

}  // namespace
}  // namespace skew
