// Walking two tensors that broadcast, in the order of the result.
#pragma once
#include <array>

#include "core/shape.h"

namespace skew {

// How far apart, in elements, neighbours along each axis of `out` are in a row-major tensor of `shape`; 0 along axes
// that it is stretched along.
inline std::array<ptrdiff_t, Shape::max_rank> broadcast_strides(const Shape& shape, const Shape& out) {
  std::array<ptrdiff_t, Shape::max_rank> strides{};
  ptrdiff_t step = 1;
  for (int i = shape.rank() - 1; i >= 0; --i) {
    strides[size_t(i + out.rank() - shape.rank())] = shape[i] == 1 ? 0 : step;
    step *= shape[i];
  }
  return strides;
}

// Calls f(k, i, j) for k = 0, 1, … over `out`, with the offsets i into a and j into b.
template <class F> void for_each_broadcast(const Shape& out, const Shape& a, const Shape& b, F f) {
  if (out.count() == 0) return;
  const auto sa = broadcast_strides(a, out), sb = broadcast_strides(b, out);
  std::array<ptrdiff_t, Shape::max_rank> at{};
  ptrdiff_t i = 0, j = 0;
  for (ptrdiff_t k = 0;; ++k) {
    f(k, i, j);
    int axis = out.rank() - 1;
    for (; axis >= 0; --axis) {  // like an odometer
      const size_t x = size_t(axis);
      i += sa[x], j += sb[x];
      if (++at[x] < out[axis]) break;
      i -= sa[x] * at[x], j -= sb[x] * at[x];
      at[x] = 0;
    }
    if (axis < 0) return;
  }
}

}  // namespace skew
