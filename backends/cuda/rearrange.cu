// Moving elements: by one map of offsets an axis (slices, flips, padding, stretching), between the two orders of
// memory, and into and out of joined tensors.
#include "ops/rearrange.h"

#include <algorithm>

#include "backends/cuda/each.cuh"
#include "backends/cuda/reduce.cuh"
#include "core/memory.h"
#include "core/stats.h"
#include "ops/concat.h"

namespace skew::gpu {
namespace {

// ---- maps: ops/rearrange.h, as a kernel takes them
// An axis of the result: index i reads offset start + step·i of x where begin ≤ i < end, or what a table says; −1:
// none.
struct AxisMap {
  ptrdiff_t length = 1, start = 0, step = 0, begin = 0, end = 1;
  ptrdiff_t stride = 0;            // in the result
  const int64_t* table = nullptr;  // in place of start and step

  __device__ ptrdiff_t from(ptrdiff_t i) const {
    if (table) return table[i];
    return i < begin || i >= end ? -1 : start + step * i;
  }
};
struct Map {
  ptrdiff_t rank = 0;
  AxisMap axes[Shape::max_rank] = {};

  struct Ends {
    ptrdiff_t from, to;  // offsets in x (−1: none) and in the result
  };
  __device__ Ends at(ptrdiff_t k) const {
    Ends ends{0, 0};
    for (ptrdiff_t a = rank - 1; a >= 0; --a) {
      const ptrdiff_t i = k % axes[a].length, from = axes[a].from(i);
      k /= axes[a].length;
      ends.from = from < 0 || ends.from < 0 ? -1 : ends.from + from;
      ends.to += i * axes[a].stride;
    }
    return ends;
  }
  ptrdiff_t count() const {
    ptrdiff_t n = 1;
    for (ptrdiff_t a = 0; a < rank; ++a) n *= axes[a].length;
    return n;
  }
};

// Start and step by value where the table is that regular; else the table itself, in memory that `kept` holds.
AxisMap axis_map(const std::vector<ptrdiff_t>& table, ptrdiff_t stride, Tensors& kept) {
  AxisMap map;
  map.length = ptrdiff_t(table.size());
  map.stride = stride;
  const auto first = std::find_if(table.begin(), table.end(), [](ptrdiff_t from) { return from >= 0; });
  map.begin = map.end = first - table.begin();
  while (map.end < map.length && table[size_t(map.end)] >= 0) ++map.end;
  if (map.begin < map.end) map.start = *first;
  if (map.begin + 1 < map.end) {
    map.step = *(first + 1) - *first;
    map.start -= map.step * map.begin;
  }
  for (ptrdiff_t i = 0; i < map.length; ++i) {
    const ptrdiff_t said = i < map.begin || i >= map.end ? -1 : map.start + map.step * i;
    if (said == table[size_t(i)]) continue;
    kept.push_back(Tensor::from(std::vector<int64_t>(table.begin(), table.end()), {map.length}, Device::cuda));
    map.table = read<int64_t>(kept.back());
    break;
  }
  return map;
}

bool repeats(std::vector<ptrdiff_t> table) {
  std::erase(table, -1);
  std::sort(table.begin(), table.end());
  return std::adjacent_find(table.begin(), table.end()) != table.end();
}

ptrdiff_t stride_of(const Shape& shape, int axis) { return shape.count(axis + 1, shape.rank()); }

template <class T> void move_as(const Tensor& x, const Tensor& y, const Map& map, double otherwise) {
  const T* const xs = read<T>(x);
  T* const ys = fill<T>(y);
  each("rearrange", y.count(), [=] __device__(ptrdiff_t k) {
    const ptrdiff_t from = map.at(k).from;
    ys[k] = from < 0 ? T(otherwise) : xs[from];
  });
}

Tensor forward(const Tensor& x, const Rearrangement& r) {
  Tensor y = Tensor::empty(r.shape, x.dtype(), x.device());
  Tensors kept;
  Map map;
  for (int a = 0; a < r.shape.rank(); ++a)
    map.axes[map.rank++] = axis_map(r.from[size_t(a)], stride_of(r.shape, a), kept);
  visit(x.dtype(), [&](auto zero) { move_as<decltype(zero)>(x, y, map, r.value); });
  return y;
}

// dx is the sum of all dy that read it. Along axes that read no offset twice, threads write to different places; over
// the others each runs alone, or they add up where those axes read one offset only (a stretched tensor).
Tensor backward(const Tensor& dy, const Rearrangement& r, const Shape& x) {
  Tensor dx = Tensor::zeros(x, dy.dtype(), dy.device());
  if (dy.count() == 0) return dx;
  Tensors kept;
  Map apart, together;
  bool stretched = true;
  for (int a = 0; a < r.shape.rank(); ++a) {
    const std::vector<ptrdiff_t>& table = r.from[size_t(a)];
    Map& map = repeats(table) ? together : apart;
    const AxisMap axis = axis_map(table, stride_of(r.shape, a), kept);
    map.axes[map.rank++] = axis;
    if (&map == &together) stretched &= !axis.table && axis.step == 0 && axis.end - axis.begin == axis.length;
  }
  const float* const dys = read(dy);
  float* const dxs = fill(dx);
  const ptrdiff_t lines = apart.count(), terms = together.count();
  if (stretched) {
    const ptrdiff_t constant = [&] {
      ptrdiff_t sum = 0;
      for (ptrdiff_t a = 0; a < together.rank; ++a) sum += together.axes[a].start;
      return sum;
    }();
    reduce(
        "rearrange", lines, terms, Neighbours::lines, 0.0,
        [=] __device__(ptrdiff_t line, ptrdiff_t j) { return double(dys[apart.at(line).to + together.at(j).to]); },
        [=] __device__(ptrdiff_t line, double sum) {
          const ptrdiff_t at = apart.at(line).from;
          if (at >= 0) dxs[at + constant] = float(sum);
        });
    return dx;
  }
  each("rearrange", lines, [=] __device__(ptrdiff_t line) {
    const Map::Ends ends = apart.at(line);
    if (ends.from < 0) return;
    for (ptrdiff_t j = 0; j < terms; ++j) {
      const Map::Ends more = together.at(j);
      if (more.from >= 0) dxs[ends.from + more.from] += dys[ends.to + more.to];
    }
  });
  return dx;
}

// ---- between row_major and channels_last
template <class T> void turn_as(const Tensor& x, const Tensor& y, bool into_nhwc) {
  const ptrdiff_t channels = x.shape()[1], plane = x.shape()[2] * x.shape()[3];
  const T* const xs = read<T>(x);
  T* const ys = fill<T>(y);
  each("reorder", x.count(), [=] __device__(ptrdiff_t nchw) {
    const ptrdiff_t n = nchw / plane / channels, c = nchw / plane % channels,
                    nhwc = (n * plane + nchw % plane) * channels + c;
    if (into_nhwc) ys[nhwc] = xs[nchw];
    else ys[nchw] = xs[nhwc];
  });
}
Tensor turn(const Tensor& x, const Layout& layout) {
  if (x.layout().kind() == Layout::Kind::opaque || layout.kind() == Layout::Kind::opaque)
    throw DeviceError(
        text("reorder: '", x.device(), "' cannot read the order ", x.layout().name(), " or write ", layout.name()));
  ++stats().reorders;
  Tensor y = Tensor::empty(x.shape(), x.dtype(), x.device(), layout);
  visit(x.dtype(), [&](auto zero) { turn_as<decltype(zero)>(x, y, layout.kind() == Layout::Kind::channels_last); });
  return y;
}

// ---- joined tensors: each is a part of every block
template <class T> void join_as(const Tensor& x, const Tensor& y, ptrdiff_t part, ptrdiff_t block, ptrdiff_t into) {
  const T* const xs = read<T>(x);
  T* const ys = fill<T>(y);
  each("concat", x.count(), [=] __device__(ptrdiff_t i) { ys[i / part * block + into + i % part] = xs[i]; });
}
Tensor join(Inputs xs, ptrdiff_t outer, const Shape& shape) {
  Tensor y = Tensor::empty(shape, xs[0].dtype(), xs[0].device());
  if (y.count() == 0) return y;
  ptrdiff_t into = 0;
  for (const Tensor& x : xs) {
    const ptrdiff_t part = x.count() / outer;
    visit(x.dtype(), [&](auto zero) { join_as<decltype(zero)>(x, y, part, y.count() / outer, into); });
    into += part;
  }
  return y;
}

Tensors split(const Tensor& dy, ptrdiff_t outer, const std::vector<Shape>& shapes, const std::vector<bool>& needs) {
  Tensors dxs(shapes.size());
  const float* const dys = read(dy);
  ptrdiff_t from = 0;
  for (size_t k = 0; k < shapes.size(); ++k) {
    if (needs[k]) dxs[k] = Tensor::empty(shapes[k], dy.dtype(), dy.device());
    if (dy.count() == 0) continue;
    const ptrdiff_t part = shapes[k].count() / outer, block = dy.count() / outer;
    float* const to = fill(dxs[k]);
    if (needs[k])
      each("concat", shapes[k].count(),
           [=] __device__(ptrdiff_t i) { to[i] = dys[i / part * block + from + i % part]; });
    from += part;
  }
  return dxs;
}

const bool filled = on_cuda(rearrange_forward, forward) && on_cuda(rearrange_backward, backward) &&
                    on_cuda(reorder, turn) && on_cuda(concat_forward, join) && on_cuda(concat_backward, split);

}  // namespace
}  // namespace skew::gpu
