// Each pixel of y is a row of columns: the window of x that it reads, in the order of the weights (kh, kw, channels).
// Then y = columns · wᵀ, dw = dyᵀ · columns, and dx gathers dy · w. A group at a time, and as many images as fit.
#include "backends/cuda/im2col.h"

#include <algorithm>

#include "backends/cuda/blas.h"
#include "backends/cuda/each.cuh"
#include "backends/cuda/elements.h"
#include "backends/cuda/images.cuh"

namespace skew::gpu {
namespace {

// Sizes and steps of a convolution, by value.
struct Geometry {
  Images x, w, y;  // w: of the weights, whose `channels` are a group's
  ptrdiff_t images, outputs, groups;
  int stride_h, stride_w, top, left, dilation_h, dilation_w;

  Geometry(const Tensor& x, const Tensor& w, const Tensor& y, const Conv2dArgs& a)
      : x(x),
        w(w),
        y(y),
        images(x.shape()[0]),
        outputs(w.shape()[0] / a.groups),
        groups(a.groups),
        stride_h(int(a.stride.h)),
        stride_w(int(a.stride.w)),
        top(int(a.padding.top)),
        left(int(a.padding.left)),
        dilation_h(int(a.dilation.h)),
        dilation_w(int(a.dilation.w)) {}

  ptrdiff_t window() const { return ptrdiff_t(w.height) * w.width * w.channels; }
  ptrdiff_t pixels() const { return ptrdiff_t(y.height) * y.width; }
  // Images whose columns take at most 64 MB, but one at least.
  ptrdiff_t portion() const {
    const ptrdiff_t bytes = std::max<ptrdiff_t>(1, pixels() * window() * ptrdiff_t(sizeof(float)));
    return std::clamp<ptrdiff_t>((ptrdiff_t(64) << 20) / bytes, 1, std::max<ptrdiff_t>(1, images));
  }
};

// Columns of `count` images from `first` on.
void unfold(const Geometry& g, const float* x, ptrdiff_t group, ptrdiff_t first, ptrdiff_t count, float* columns) {
  each("conv2d", count * g.pixels() * g.window(), [=] __device__(ptrdiff_t k) {
    const int c = int(k % g.w.channels), q = int(k / g.w.channels % g.w.width);
    const int p = int(k / g.w.channels / g.w.width % g.w.height);
    const Images::Place at =
        Images{1, g.y.height, g.y.width}.place(k / (ptrdiff_t(g.w.height) * g.w.width * g.w.channels));
    const int h = at.h * g.stride_h + p * g.dilation_h - g.top, w = at.w * g.stride_w + q * g.dilation_w - g.left;
    const bool inside = h >= 0 && h < g.x.height && w >= 0 && w < g.x.width;
    columns[k] = inside ? x[g.x.at(first + at.n, int(group) * g.w.channels + c, h, w)] : 0;
  });
}

// dx of the same images: each element asks the windows over it.
void fold(const Geometry& g, const float* columns, ptrdiff_t group, ptrdiff_t first, ptrdiff_t count, float* dx) {
  each("conv2d", count * g.x.height * g.x.width * g.w.channels, [=] __device__(ptrdiff_t k) {
    const Images::Place at = Images{g.w.channels, g.x.height, g.x.width}.place(k);
    float sum = 0;
    for (int p = 0; p < g.w.height; ++p)
      for (int q = 0; q < g.w.width; ++q) {
        const int h = at.h + g.top - p * g.dilation_h, w = at.w + g.left - q * g.dilation_w;
        const int i = h / g.stride_h, j = w / g.stride_w;
        if (h < 0 || w < 0 || i * g.stride_h != h || j * g.stride_w != w || i >= g.y.height || j >= g.y.width) continue;
        const ptrdiff_t row = (at.n * g.y.height + i) * g.y.width + j;
        sum += columns[((row * g.w.height + p) * g.w.width + q) * g.w.channels + at.c];
      }
    dx[g.x.at(first + at.n, int(group) * g.w.channels + at.c, at.h, at.w)] = sum;
  });
}

// f(group, first image, images, columns) for all portions.
template <class F> void each_portion(const Geometry& g, const F& f) {
  const ptrdiff_t most = g.portion();
  const Scratch<float> columns(most * g.pixels() * g.window());
  for (ptrdiff_t group = 0; group < g.groups; ++group)
    for (ptrdiff_t first = 0; first < g.images; first += most)
      f(group, first, std::min(most, g.images - first), columns.get());
}

}  // namespace

void multiply_forward(const Tensor& x, const Tensor& w, const Tensor& y, const Conv2dArgs& args) {
  const Geometry g(x, w, y, args);
  each_portion(g, [&](ptrdiff_t group, ptrdiff_t first, ptrdiff_t count, float* columns) {
    unfold(g, read(x), group, first, count, columns);
    multiply("conv2d", count * g.pixels(), g.outputs, g.window(), operand(columns, g.window(), false),
             operand(read(w) + group * g.outputs * g.window(), g.window(), true), 0,
             {fill(y) + first * g.pixels() * g.y.channels + group * g.outputs, g.y.channels});
  });
}

void multiply_to_data(const Tensor& dx, const Tensor& w, const Tensor& dy, const Conv2dArgs& args) {
  const Geometry g(dx, w, dy, args);
  each_portion(g, [&](ptrdiff_t group, ptrdiff_t first, ptrdiff_t count, float* columns) {
    multiply("conv2d", count * g.pixels(), g.window(), g.outputs,
             operand(read(dy) + first * g.pixels() * g.y.channels + group * g.outputs, g.y.channels, false),
             operand(read(w) + group * g.outputs * g.window(), g.window(), false), 0, {columns, g.window()});
    fold(g, columns, group, first, count, fill(dx));
  });
}

void multiply_to_weights(const Tensor& x, const Tensor& dw, const Tensor& dy, const Conv2dArgs& args) {
  const Geometry g(x, dw, dy, args);
  each_portion(g, [&](ptrdiff_t group, ptrdiff_t first, ptrdiff_t count, float* columns) {
    unfold(g, read(x), group, first, count, columns);
    multiply("conv2d", g.outputs, g.window(), count * g.pixels(),
             operand(read(dy) + first * g.pixels() * g.y.channels + group * g.outputs, g.y.channels, true),
             operand(columns, g.window(), false), first > 0 ? 1 : 0,
             {fill(dw) + group * g.outputs * g.window(), g.window()});
  });
}

}  // namespace skew::gpu
