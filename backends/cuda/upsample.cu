// Bilinear interpolation: a pixel of the result lies between two rows and two columns of x. On the way back each pixel
// of x asks the pixels that it lies next to.
#include "ops/upsample.h"

#include <algorithm>

#include "backends/cuda/each.cuh"
#include "backends/cuda/elements.h"
#include "backends/cuda/images.cuh"

namespace skew::gpu {
namespace {

// The two pixels that a pixel of the result lies between (next 0 and 1; the same twice at an edge), and how much comes
// from each.
struct Between {
  int low, last;
  double towards_next;

  __device__ int pixel(int next) const { return low + next < last ? low + next : last; }
  __device__ double weight(int next) const { return next ? towards_next : 1 - towards_next; }
};

// One axis, of `from` pixels and `to` of the result.
struct Axis {
  int from, to;
  bool align_corners;
  double ratio;  // pixels of the result for each

  __device__ double position(int i) const {
    if (align_corners) return to > 1 ? double(i) * double(from - 1) / double(to - 1) : 0;
    const double at = (double(i) + .5) * double(from) / double(to) - .5;
    return at > 0 ? at : 0;
  }
  __device__ Between between(int i) const {
    const double at = position(i);
    const int last = from - 1, low = int(at) < last ? int(at) : last;
    const double rest = at - double(low);
    return {low, last, rest < 1 ? rest : 1};
  }
  // Pixels of the result that may read pixel h: [begin, end), a few too many.
  __device__ int begin(int h) const {
    if (h == 0) return 0;
    const int i = int((double(h) - 1) * ratio) - 2;
    return i > 0 ? i : 0;
  }
  __device__ int end(int h) const {
    const int i = int((double(h) + 2) * ratio) + 3;
    return h >= from - 1 || i > to ? to : i;
  }
};

Axis axis_of(ptrdiff_t from, ptrdiff_t to, const UpsampleArgs& args) {
  double ratio = double(to) / double(from);
  if (args.align_corners) ratio = from > 1 ? double(to - 1) / double(from - 1) : double(to);
  return {int(from), int(to), args.align_corners, ratio};
}

Tensor forward(const Tensor& x, const UpsampleArgs& args) {
  const Shape& s = x.shape();
  Tensor y = Tensor::empty({s[0], s[1], args.output.h, args.output.w}, x.dtype(), x.device(), x.layout());
  const Images from(x), into(y);
  const Axis rows = axis_of(s[2], args.output.h, args), columns = axis_of(s[3], args.output.w, args);
  const float* const xs = read(x);
  float* const ys = fill(y);
  each("upsample", y.count(), [=] __device__(ptrdiff_t k) {
    const auto [n, c, i, j] = into.place(k);
    const Between row = rows.between(i), column = columns.between(j);
    float sum = 0;
    for (int down = 0; down < 2; ++down)
      for (int right = 0; right < 2; ++right)
        sum += float(row.weight(down) * column.weight(right)) * xs[from.at(n, c, row.pixel(down), column.pixel(right))];
    ys[k] = sum;
  });
  return y;
}

Tensor backward(const Tensor& dy, const Shape& s, const UpsampleArgs& args) {
  Tensor dx = Tensor::empty(s, dy.dtype(), dy.device(), dy.layout());
  const Images from(dy), into(dx);
  const Axis rows = axis_of(s[2], args.output.h, args), columns = axis_of(s[3], args.output.w, args);
  const float* const dys = read(dy);
  float* const dxs = fill(dx);
  each("upsample", dx.count(), [=] __device__(ptrdiff_t k) {
    const auto [n, c, h, w] = into.place(k);
    float sum = 0;
    for (int i = rows.begin(h); i < rows.end(h); ++i) {
      const Between row = rows.between(i);
      for (int down = 0; down < 2; ++down) {
        if (row.pixel(down) != h) continue;
        for (int j = columns.begin(w); j < columns.end(w); ++j) {
          const Between column = columns.between(j);
          for (int right = 0; right < 2; ++right)
            if (column.pixel(right) == w)
              sum += float(row.weight(down) * column.weight(right)) * dys[from.at(n, c, i, j)];
        }
      }
    }
    dxs[k] = sum;
  });
  return dx;
}

const bool filled = on_cuda(bilinear_forward, forward) && on_cuda(bilinear_backward, backward);

}  // namespace
}  // namespace skew::gpu
