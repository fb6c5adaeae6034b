// Convolution as its definition reads: seven nested loops, and twice more with the roles exchanged. Slow and obviously
// right; backends/cpu/conv2d.cpp is compared with it to the last bit on integers.
#include "ops/conv2d.h"

#include "backends/host/host.h"
#include "core/parallel.h"

namespace skew {
namespace {

// One sample and output channel: calls f(y, x, w) with the places in memory of every product y += x·w, in the order of
// the sum: i, j of the output, then channel, row and column of the kernel.
struct Places {
  Shape x, w, y;
  Conv2dArgs args;

  template <class F> void each(ptrdiff_t n, ptrdiff_t o, F f) const {
    const ptrdiff_t first = o / (w[0] / args.groups) * w[1];  // input channel of o's group
    for (ptrdiff_t i = 0; i < y[2]; ++i)
      for (ptrdiff_t j = 0; j < y[3]; ++j)
        for (ptrdiff_t c = 0; c < w[1]; ++c)
          for (ptrdiff_t p = 0; p < w[2]; ++p)
            for (ptrdiff_t q = 0; q < w[3]; ++q) {
              const ptrdiff_t row = i * args.stride.h + p * args.dilation.h - args.padding.top;
              const ptrdiff_t column = j * args.stride.w + q * args.dilation.w - args.padding.left;
              if (row < 0 || row >= x[2] || column < 0 || column >= x[3]) continue;
              f(at(y, n, o, i, j), at(x, n, first + c, row, column), at(w, o, c, p, q));
            }
  }
  static ptrdiff_t at(const Shape& s, ptrdiff_t a, ptrdiff_t b, ptrdiff_t c, ptrdiff_t d) {
    return ((a * s[1] + b) * s[2] + c) * s[3] + d;
  }
};

Tensor forward(const Tensor& x, const Tensor& w, const Tensor& b, const Conv2dArgs& args) {
  const Shape out = conv2d_shape(x.shape(), w.shape(), args);
  const Places places{x.shape(), w.shape(), out, args};
  return visit_floating(x, "conv2d", [&](auto zero) {
    using T = decltype(zero);
    Tensor y = Tensor::zeros(out, x.dtype(), x.device());
    const T *xs = x.data<T>(), *ws = w.data<T>(), *bs = data_if<T>(b);
    T* ys = y.fill<T>();
    parallel_for(out[0] * out[1], 1, [&](ptrdiff_t begin, ptrdiff_t end) {
      for (ptrdiff_t k = begin; k < end; ++k) {
        places.each(k / out[1], k % out[1], [&](ptrdiff_t y, ptrdiff_t x, ptrdiff_t w) { ys[y] += xs[x] * ws[w]; });
        if (bs)
          for (ptrdiff_t at = k * out[2] * out[3]; at < (k + 1) * out[2] * out[3]; ++at) ys[at] += bs[k % out[1]];
      }
    });
    return y;
  });
}

Tensor backward_data(const Tensor& dy, const Tensor& w, const Shape& image, const Conv2dArgs& args) {
  const Places places{image, w.shape(), dy.shape(), args};
  return visit_floating(dy, "conv2d", [&](auto zero) {
    using T = decltype(zero);
    Tensor dx = Tensor::zeros(image, dy.dtype(), dy.device());
    const T *dys = dy.data<T>(), *ws = w.data<T>();
    T* dxs = dx.fill<T>();
    parallel_for(image[0], 1, [&](ptrdiff_t begin, ptrdiff_t end) {
      for (ptrdiff_t n = begin; n < end; ++n)
        for (ptrdiff_t o = 0; o < dy.shape()[1]; ++o)
          places.each(n, o, [&](ptrdiff_t y, ptrdiff_t x, ptrdiff_t w) { dxs[x] += dys[y] * ws[w]; });
    });
    return dx;
  });
}

ConvWeightGradients backward_weights(const Tensor& dy, const Tensor& x, const Tensor& w, const Conv2dArgs& args,
                                     bool bias) {
  const Places places{x.shape(), w.shape(), dy.shape(), args};
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
          places.each(n, o, [&](ptrdiff_t y, ptrdiff_t x, ptrdiff_t w) { dws[w] += dys[y] * xs[x]; });
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
