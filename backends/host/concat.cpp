// Joining and splitting by copying parts of blocks.
// Shape rules: ops/concat.cpp.
#include "ops/concat.h"

#include <algorithm>

#include "backends/host/host.h"
#include "core/parallel.h"

namespace skew {
namespace {

// Calls f(o, k, part, into): part k of block o has `part` elements and begins at `into` of the joined tensor.
template <class F> void each_part(ptrdiff_t outer, const std::vector<ptrdiff_t>& parts, F f) {
  ptrdiff_t block = 0;
  for (const ptrdiff_t part : parts) block += part;
  parallel_for(outer, (1 << 15) / (block + 1), [&](ptrdiff_t begin, ptrdiff_t end) {
    for (ptrdiff_t o = begin, into = begin * block; o < end; ++o)
      for (size_t k = 0; k < parts.size(); into += parts[k++]) f(o, k, parts[k], into);
  });
}

Tensor join(Inputs xs, ptrdiff_t outer, const Shape& shape) {
  Tensor y = Tensor::empty(shape, xs[0].dtype(), xs[0].device());
  if (y.count() == 0) return y;
  visit_elements(y, [&](auto zero) {
    using T = decltype(zero);
    std::vector<ptrdiff_t> parts;
    std::vector<const T*> from;
    for (const Tensor& x : xs) parts.push_back(x.count() / outer), from.push_back(x.data<T>());
    T* ys = y.fill<T>();
    each_part(outer, parts, [&](ptrdiff_t o, size_t k, ptrdiff_t part, ptrdiff_t into) {
      std::copy_n(from[k] + o * part, part, ys + into);
    });
  });
  return y;
}

Tensors split(const Tensor& dy, ptrdiff_t outer, const std::vector<Shape>& shapes, const std::vector<bool>& needs) {
  Tensors dxs(shapes.size());
  for (size_t k = 0; k < shapes.size(); ++k)
    if (needs[k]) dxs[k] = Tensor::empty(shapes[k], dy.dtype(), dy.device());
  if (dy.count() == 0) return dxs;
  visit_floating(dy, "concat", [&](auto zero) {
    using T = decltype(zero);
    std::vector<ptrdiff_t> parts;
    std::vector<T*> into;
    for (size_t k = 0; k < shapes.size(); ++k)
      parts.push_back(shapes[k].count() / outer), into.push_back(needs[k] ? dxs[k].template fill<T>() : nullptr);
    const T* dys = dy.data<T>();
    each_part(outer, parts, [&](ptrdiff_t o, size_t k, ptrdiff_t part, ptrdiff_t from) {
      if (into[k]) std::copy_n(dys + from, part, into[k] + o * part);
    });
  });
  return dxs;
}

const bool filled = on_host(concat_forward, join) && on_host(concat_backward, split);

}  // namespace
}  // namespace skew
