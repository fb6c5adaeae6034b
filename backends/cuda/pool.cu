// Pooling in both orders of memory. On the way back each element of x asks the windows over it: nobody adds to a number
// that another thread adds to, so equal runs give equal bits.
#include "ops/pool.h"

#include "backends/cuda/each.cuh"
#include "backends/cuda/elements.h"
#include "backends/cuda/images.cuh"

namespace skew::gpu {
namespace {

// [begin, end): rows or columns of an image, or numbers of windows.
struct Range {
  int begin, end;
};
__device__ Range cut(Range r, int length) { return {r.begin < 0 ? 0 : r.begin, r.end > length ? length : r.end}; }

// ---- windows along one axis: strided ones, padded and dilated
struct Strided {
  int length, count, kernel, stride, pad, dilation;
  bool include_pad;

  __device__ int start(int i) const { return i * stride - pad; }
  // Part of window i inside the image, without dilation; how many elements it counts.
  __device__ Range inside(int i) const { return cut({start(i), start(i) + kernel}, length); }
  __device__ int counted(int i) const {
    const Range padded = cut({start(i) + pad, start(i) + pad + kernel}, length + 2 * pad), in = inside(i);
    return include_pad ? padded.end - padded.begin : in.end - in.begin;
  }
  // The windows whose span holds position h.
  __device__ Range over(int h) const {
    const int before = h + pad - dilation * (kernel - 1);  // of the last element: the window begins here
    return cut({before > 0 ? (before + stride - 1) / stride : 0, (h + pad) / stride + 1}, count);
  }
};
Strided strided(const Shape& x, const Shape& y, int axis, const PoolArgs& a) {
  const auto of = [&](const Pair& pair) { return int(axis == 2 ? pair.h : pair.w); };
  return {int(x[axis]), int(y[axis]), of(a.kernel), of(a.stride), of(a.padding), of(a.dilation), a.count_include_pad};
}

// ---- windows of an adaptive pool: number i of o spans [⌊i·n/o⌋, ⌈(i+1)·n/o⌉)
struct Adaptive {
  int length, count;

  static __device__ int floor_of(int i, int n, int o) { return int(ptrdiff_t(i) * n / o); }
  static __device__ int ceiling_of(int i, int n, int o) { return int((ptrdiff_t(i) * n + o - 1) / o); }
  __device__ Range inside(int i) const { return {floor_of(i, length, count), ceiling_of(i + 1, length, count)}; }
  __device__ int counted(int i) const { return inside(i).end - inside(i).begin; }
  __device__ Range over(int h) const { return {floor_of(h, count, length), ceiling_of(h + 1, count, length)}; }
};

// ---- means
template <class Windows>
Tensor means(const char* op, const Tensor& x, const Shape& shape, const Windows& rows, const Windows& columns) {
  Tensor y = Tensor::empty(shape, x.dtype(), x.device(), x.layout());
  const Images from(x), into(y);
  const float* const xs = read(x);
  float* const ys = fill(y);
  each(op, y.count(), [=] __device__(ptrdiff_t k) {
    const auto [n, c, i, j] = into.place(k);
    const Range high = rows.inside(i), wide = columns.inside(j);
    double sum = 0;
    for (int h = high.begin; h < high.end; ++h)
      for (int w = wide.begin; w < wide.end; ++w) sum += double(xs[from.at(n, c, h, w)]);
    ys[k] = float(sum / (double(rows.counted(i)) * double(columns.counted(j))));
  });
  return y;
}

template <class Windows>
Tensor shares(const char* op, const Tensor& dy, const Shape& x, const Windows& rows, const Windows& columns) {
  // one pixel has no order: then that of the convolutions before it
  const bool one = dy.shape()[2] * dy.shape()[3] == 1;
  Tensor dx = Tensor::empty(x, dy.dtype(), dy.device(), one ? Layout::channels_last() : dy.layout());
  const Images from(dy), into(dx);
  const float* const dys = read(dy);
  float* const dxs = fill(dx);
  each(op, dx.count(), [=] __device__(ptrdiff_t k) {
    const auto [n, c, h, w] = into.place(k);
    const Range high = rows.over(h), wide = columns.over(w);
    double sum = 0;
    for (int i = high.begin; i < high.end; ++i)
      for (int j = wide.begin; j < wide.end; ++j)
        sum += double(dys[from.at(n, c, i, j)]) / (double(rows.counted(i)) * double(columns.counted(j)));
    dxs[k] = float(sum);
  });
  return dx;
}

Tensor average(const Tensor& x, const PoolArgs& a) {
  const Shape y = pool_shape("avg_pool", x.shape(), a);
  return means("avg_pool", x, y, strided(x.shape(), y, 2, a), strided(x.shape(), y, 3, a));
}
Tensor average_back(const Tensor& dy, const Shape& x, const PoolArgs& a) {
  return shares("avg_pool", dy, x, strided(x, dy.shape(), 2, a), strided(x, dy.shape(), 3, a));
}
Adaptive adaptive(ptrdiff_t length, ptrdiff_t count) { return {int(length), int(count)}; }
Tensor adapt(const Tensor& x, Pair output) {
  const Shape y{x.shape()[0], x.shape()[1], output.h, output.w};
  return means("adaptive_avg_pool", x, y, adaptive(x.shape()[2], output.h), adaptive(x.shape()[3], output.w));
}
Tensor adapt_back(const Tensor& dy, const Shape& x, Pair output) {
  return shares("adaptive_avg_pool", dy, x, adaptive(x[2], output.h), adaptive(x[3], output.w));
}

// ---- the largest of each window, the first of equals, a NaN before all. The workspace is an int64 tensor like y:
// where in its H·W image each stood.
MaxPoolResult largest(const Tensor& x, const PoolArgs& a, bool recording) {
  const Shape shape = pool_shape("max_pool", x.shape(), a);
  MaxPoolResult r{Tensor::empty(shape, x.dtype(), x.device(), x.layout()), {}};
  Tensor places;
  if (recording) {
    places = Tensor::empty(shape, DType::int64, x.device(), x.layout());
    r.workspace = places;
  }
  const Strided rows = strided(x.shape(), shape, 2, a), columns = strided(x.shape(), shape, 3, a);
  const Images from(x), into(r.y);
  const float* const xs = read(x);
  float* const ys = fill(r.y);
  int64_t* const at = fill<int64_t>(places);
  each("max_pool", r.y.count(), [=] __device__(ptrdiff_t k) {
    const auto [n, c, i, j] = into.place(k);
    float most = 0;
    int best = -1;
    for (int p = 0; p < rows.kernel; ++p)
      for (int q = 0; q < columns.kernel; ++q) {
        const int h = rows.start(i) + p * rows.dilation, w = columns.start(j) + q * columns.dilation;
        if (h < 0 || h >= rows.length || w < 0 || w >= columns.length) continue;
        const float v = xs[from.at(n, c, h, w)];
        if (best >= 0 && !(v > most) && !(v != v && most == most)) continue;
        most = v;
        best = h * columns.length + w;
      }
    ys[k] = most;
    if (at) at[k] = best;
  });
  return r;
}

Tensor largest_back(const Tensor& upstream, const Tensor& x, const std::any& workspace, const PoolArgs& a) {
  const Tensor places = std::any_cast<Tensor>(workspace), dy = upstream.to(places.layout());
  Tensor dx = Tensor::empty(x.shape(), dy.dtype(), dy.device(), dy.layout());
  const Strided rows = strided(x.shape(), dy.shape(), 2, a), columns = strided(x.shape(), dy.shape(), 3, a);
  const Images from(dy), into(dx);
  const float* const dys = read(dy);
  const int64_t* const at = read<int64_t>(places);
  float* const dxs = fill(dx);
  each("max_pool", dx.count(), [=] __device__(ptrdiff_t k) {
    const auto [n, c, h, w] = into.place(k);
    const Range high = rows.over(h), wide = columns.over(w);
    float sum = 0;
    for (int i = high.begin; i < high.end; ++i)
      for (int j = wide.begin; j < wide.end; ++j) {
        const ptrdiff_t window = from.at(n, c, i, j);
        if (at[window] == h * columns.length + w) sum += dys[window];
      }
    dxs[k] = sum;
  });
  return dx;
}

const bool filled = on_cuda(max_pool_forward, largest) && on_cuda(max_pool_backward, largest_back) &&
                    on_cuda(avg_pool_forward, average) && on_cuda(avg_pool_backward, average_back) &&
                    on_cuda(adaptive_avg_pool_forward, adapt) && on_cuda(adaptive_avg_pool_backward, adapt_back);

}  // namespace
}  // namespace skew::gpu
