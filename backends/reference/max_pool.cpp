// Max pooling as its definition reads. The workspace is an int64 tensor of y's shape: where in its H·W image each
// maximum stood, so that the way back is one scatter.
#include "backends/reference/max_pool.h"

#include "backends/host/host.h"
#include "core/parallel.h"

namespace skew {
namespace {

// Position in the image (H·W) of the first maximum of window (i, j); a NaN counts as the largest, so it gets through.
template <class T>
ptrdiff_t first_maximum(const T* image, const Shape& x, ptrdiff_t i, ptrdiff_t j, const PoolArgs& a) {
  ptrdiff_t best = -1;
  for (ptrdiff_t p = 0; p < a.kernel.h; ++p)
    for (ptrdiff_t q = 0; q < a.kernel.w; ++q) {
      const ptrdiff_t h = i * a.stride.h + p * a.dilation.h - a.padding.h,
                      w = j * a.stride.w + q * a.dilation.w - a.padding.w;
      if (h < 0 || h >= x[2] || w < 0 || w >= x[3]) continue;
      const ptrdiff_t at = h * x[3] + w;
      if (best < 0 || image[at] > image[best] || (image[at] != image[at] && image[best] == image[best])) best = at;
    }
  return best;  // ≥ 0: pool_shape refuses windows outside the image
}

}  // namespace

MaxPoolResult first_maxima(const Tensor& input, const PoolArgs& args, bool recording) {
  const Tensor x = input.to(Layout{});
  return visit_floating(x, "max_pool", [&](auto zero) {
    using T = decltype(zero);
    const Shape out = pool_shape("max_pool", x.shape(), args);
    MaxPoolResult r{Tensor::empty(out, x.dtype(), x.device()), {}};
    const Tensor places = recording ? Tensor::empty(out, DType::int64, x.device()) : Tensor();
    const T* xs = x.data<T>();
    T* ys = r.y.template fill<T>();
    int64_t* at = recording ? Tensor(places).fill<int64_t>() : nullptr;
    parallel_for(out[0] * out[1], 1, [&](ptrdiff_t begin, ptrdiff_t end) {
      for (ptrdiff_t k = begin * out[2] * out[3]; k < end * out[2] * out[3]; ++k) {
        const T* image = xs + k / (out[2] * out[3]) * x.shape()[2] * x.shape()[3];
        const ptrdiff_t best = first_maximum(image, x.shape(), k / out[3] % out[2], k % out[3], args);
        ys[k] = image[best];
        if (at) at[k] = best;
      }
    });
    if (recording) r.workspace = places;
    return r;
  });
}

Tensor to_first_maxima(const Tensor& upstream, const Tensor& x, const std::any& workspace, const PoolArgs&) {
  const Tensor dy = upstream.to(Layout{}), places = std::any_cast<Tensor>(workspace);
  return visit_floating(dy, "max_pool", [&](auto zero) {
    using T = decltype(zero);
    const Shape& out = dy.shape();
    Tensor dx = Tensor::zeros(x.shape(), dy.dtype(), dy.device());
    const T* dys = dy.data<T>();
    const int64_t* at = places.data<int64_t>();
    T* dxs = dx.fill<T>();
    parallel_for(out[0] * out[1], 1, [&](ptrdiff_t begin, ptrdiff_t end) {
      for (ptrdiff_t k = begin * out[2] * out[3]; k < end * out[2] * out[3]; ++k)
        dxs[k / (out[2] * out[3]) * x.shape()[2] * x.shape()[3] + at[k]] += dys[k];
    });
    return dx;
  });
}

namespace {
const bool filled = on_reference(max_pool_forward, first_maxima) && on_reference(max_pool_backward, to_first_maxima);
}  // namespace

}  // namespace skew
