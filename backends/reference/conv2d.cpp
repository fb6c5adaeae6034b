// Convolution as its definition reads: seven nested loops, every gradient the same loops with the roles exchanged.
// Slow and obviously right; backends/cpu/conv2d.cpp is compared with it to the last bit on integers.
#include "ops/conv2d.h"

#include "backends/host/host.h"
#include "core/parallel.h"

namespace skew {
namespace {

// Calls f(n, o, i, j, c, p, q, y, x) for every product of the sum that lies inside the image:
// channel c of the group, kernel position p, q; y and x are the input row and column. One n and o at a time.
template <class F>
void products(ptrdiff_t n, ptrdiff_t o, const Shape& image, const Shape& w, const Shape& out, const Conv2dArgs& a, F f) {
  const ptrdiff_t first = o / (w[0] / a.groups) * w[1];  // first input channel of o's group
  for (ptrdiff_t i = 0; i < out[2]; ++i)
    for (ptrdiff_t j = 0; j < out[3]; ++j)
      for (ptrdiff_t c = 0; c < w[1]; ++c)
        for (ptrdiff_t p = 0; p < w[2]; ++p)
          for (ptrdiff_t q = 0; q < w[3]; ++q) {
            const ptrdiff_t y = i * a.stride.h + p * a.dilation.h - a.padding.top;
            const ptrdiff_t x = j * a.stride.w + q * a.dilation.w - a.padding.left;
            if (y < 0 || y >= image[2] || x < 0 || x >= image[3]) continue;
            f(((n * out[1] + o) * out[2] + i) * out[3] + j,                // of the output
              ((n * image[1] + first + c) * image[2] + y) * image[3] + x,  // of the input
              ((o * w[1] + c) * w[2] + p) * w[3] + q);                     // of the weights
          }
}

Tensor forward(const Tensor& x, const Tensor& w, const Tensor& b, const Conv2dArgs& args) {
  const Shape out = conv2d_shape(x.shape(), w.shape(), args);
  return visit_floating(x, "conv2d", [&](auto zero) {
    using T = decltype(zero);
    Tensor y = Tensor::zeros(out, x.dtype(), x.device());
    const T *xs = x.data<T>(), *ws = w.data<T>(), *bs = b.defined() ? b.data<T>() : nullptr;
    T* ys = y.fill<T>();
    parallel_for(out[0] * out[1], 1, [&](ptrdiff_t begin, ptrdiff_t end) {
      for (ptrdiff_t k = begin; k < end; ++k) {
        products(k / out[1], k % out[1], x.shape(), w.shape(), out, args,
                 [&](ptrdiff_t at, ptrdiff_t from, ptrdiff_t weight) { ys[at] += xs[from] * ws[weight]; });
        if (bs)
          for (ptrdiff_t at = k * out[2] * out[3]; at < (k + 1) * out[2] * out[3]; ++at) ys[at] += bs[k % out[1]];
      }
    });
    return y;
  });
}

Tensor backward_data(const Tensor& dy, const Tensor& w, const Shape& image, const Conv2dArgs& args) {
  return visit_floating(dy, "conv2d", [&](auto zero) {
    using T = decltype(zero);
    Tensor dx = Tensor::zeros(image, dy.dtype(), dy.device());
    const T *dys = dy.data<T>(), *ws = w.data<T>();
    T* dxs = dx.fill<T>();
    parallel_for(image[0], 1, [&](ptrdiff_t begin, ptrdiff_t end) {
      for (ptrdiff_t n = begin; n < end; ++n)
        for (ptrdiff_t o = 0; o < dy.shape()[1]; ++o)
          products(n, o, image, w.shape(), dy.shape(), args,
                   [&](ptrdiff_t at, ptrdiff_t from, ptrdiff_t weight) { dxs[from] += dys[at] * ws[weight]; });
    });
    return dx;
  });
}

ConvWeightGradients backward_weights(const Tensor& dy, const Tensor& x, const Tensor& w, const Conv2dArgs& args, bool bias) {
  return visit_floating(dy, "conv2d", [&](auto zero) {
    using T = decltype(zero);
    const Shape& out = dy.shape();
    ConvWeightGradients g{Tensor::zeros(w.shape(), dy.dtype(), dy.device()), {}};
    if (bias) g.db = Tensor::zeros({out[1]}, dy.dtype(), dy.device());
    const T *dys = dy.data<T>(), *xs = x.data<T>();
    T *dws = g.dw.template fill<T>(), *dbs = bias ? g.db.template fill<T>() : nullptr;
    parallel_for(out[1], 1, [&](ptrdiff_t begin, ptrdiff_t end) {
      for (ptrdiff_t o = begin; o < end; ++o)
        for (ptrdiff_t n = 0; n < out[0]; ++n) {
          products(n, o, x.shape(), w.shape(), out, args,
                   [&](ptrdiff_t at, ptrdiff_t from, ptrdiff_t weight) { dws[weight] += dys[at] * xs[from]; });
          const T* plane = dys + (n * out[1] + o) * out[2] * out[3];
          if (bias)
            for (ptrdiff_t k = 0; k < out[2] * out[3]; ++k) dbs[o] += plane[k];
        }
    });
    return g;
  });
}

const bool filled = on_reference(conv2d_forward, forward) && on_reference(conv2d_backward_data, backward_data) &&
                    on_reference(conv2d_backward_weights, backward_weights);

}  // namespace
}  // namespace skew
