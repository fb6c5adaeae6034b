// Bilinear interpolation, separable: rows and columns each have a table of two neighbours and a weight.
#include "ops/upsample.h"

#include <algorithm>

#include "backends/host/host.h"
#include "core/parallel.h"

namespace skew {
namespace {

// Index i of the result lies between `low` and `high` of x, at `weight` towards high.
struct Neighbours {
  ptrdiff_t low, high;
  double weight;
};

std::vector<Neighbours> neighbours(ptrdiff_t from, ptrdiff_t to, bool align_corners) {
  std::vector<Neighbours> table;
  for (ptrdiff_t i = 0; i < to; ++i) {
    const double aligned = to > 1 ? double(i) * double(from - 1) / double(to - 1) : 0;
    const double at = align_corners ? aligned : std::max(0., (double(i) + .5) * double(from) / double(to) - .5);
    const ptrdiff_t low = std::min(ptrdiff_t(at), from - 1);
    table.push_back({low, std::min(low + 1, from - 1), std::clamp(at - double(low), 0., 1.)});
  }
  return table;
}

// Calls f(plane, k, corners, weights) for element k of every plane of the result: four pixels of the same plane of x.
template <class T, class F> void each_pixel(const Shape& x, const UpsampleArgs& args, F f) {
  const auto rows = neighbours(x[2], args.output.h, args.align_corners);
  const auto columns = neighbours(x[3], args.output.w, args.align_corners);
  const ptrdiff_t pixels = args.output.h * args.output.w;
  parallel_for(x[0] * x[1], (1 << 14) / pixels, [&](ptrdiff_t begin, ptrdiff_t end) {
    for (ptrdiff_t plane = begin; plane < end; ++plane) {
      ptrdiff_t k = 0;
      for (const Neighbours& r : rows)
        for (const Neighbours& c : columns) {
          const ptrdiff_t low = r.low * x[3], high = r.high * x[3];
          const ptrdiff_t corners[4] = {low + c.low, low + c.high, high + c.low, high + c.high};
          const T weights[4] = {T((1 - r.weight) * (1 - c.weight)), T((1 - r.weight) * c.weight),
                                T(r.weight * (1 - c.weight)), T(r.weight * c.weight)};
          f(plane, k++, corners, weights);
        }
    }
  });
}

Tensor forward(const Tensor& x, const UpsampleArgs& args) {
  return visit_floating(x, "upsample", [&](auto zero) {
    using T = decltype(zero);
    const Shape& s = x.shape();
    Tensor y = Tensor::empty({s[0], s[1], args.output.h, args.output.w}, x.dtype(), x.device());
    const ptrdiff_t inside = s[2] * s[3], outside = args.output.h * args.output.w;
    const T* xs = x.data<T>();
    T* ys = y.fill<T>();
    each_pixel<T>(s, args, [&](ptrdiff_t plane, ptrdiff_t k, const ptrdiff_t* corners, const T* weights) {
      T sum = 0;
      for (int q = 0; q < 4; ++q) sum += weights[q] * xs[plane * inside + corners[q]];
      ys[plane * outside + k] = sum;
    });
    return y;
  });
}

Tensor backward(const Tensor& dy, const Shape& s, const UpsampleArgs& args) {
  return visit_floating(dy, "upsample", [&](auto zero) {
    using T = decltype(zero);
    Tensor dx = Tensor::zeros(s, dy.dtype(), dy.device());
    const ptrdiff_t inside = s[2] * s[3], outside = args.output.h * args.output.w;
    const T* dys = dy.data<T>();
    T* dxs = dx.fill<T>();
    each_pixel<T>(s, args, [&](ptrdiff_t plane, ptrdiff_t k, const ptrdiff_t* corners, const T* weights) {
      for (int q = 0; q < 4; ++q) dxs[plane * inside + corners[q]] += weights[q] * dys[plane * outside + k];
    });
    return dx;
  });
}

const bool filled = on_host(bilinear_forward, forward) && on_host(bilinear_backward, backward);

}  // namespace
}  // namespace skew
