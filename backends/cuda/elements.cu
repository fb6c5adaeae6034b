// Flat kernels beside the formulas: constants, number types, sums of gradients, dropout.
#include "backends/cuda/elements.h"

#include "backends/cuda/each.cuh"
#include "core/backward.h"
#include "core/memory.h"
#include "core/random.h"
#include "ops/dropout.h"

namespace skew::gpu {
namespace {

template <class T> void fill_as(const Tensor& t, double value) {
  T* const elements = fill<T>(t);
  const T v = T(value);
  each("fill", t.count(), [=] __device__(ptrdiff_t i) { elements[i] = v; });
}
void fill_with(Tensor t, double value) {
  visit(t.dtype(), [&](auto zero) { fill_as<decltype(zero)>(t, value); });
}

template <class A, class B> void convert_as(const Tensor& x, const Tensor& y) {
  const A* const from = read<A>(x);
  B* const into = fill<B>(y);
  each("convert", x.count(), [=] __device__(ptrdiff_t i) { into[i] = B(from[i]); });
}
Tensor convert(const Tensor& x, DType type) {
  Tensor y = Tensor::empty(x.shape(), type, x.device(), x.layout());
  visit(x.dtype(),
        [&](auto from) { visit(type, [&](auto into) { convert_as<decltype(from), decltype(into)>(x, y); }); });
  return y;
}

Tensor add(Tensor a, const Tensor& b) {
  const Tensor other = b.to(a.layout());
  Tensor sum = a.unique() ? a : Tensor::empty_like(a);
  const float *as = read(a), *bs = read(other);
  float* const sums = fill(sum);
  each("add_gradients", a.count(), [=] __device__(ptrdiff_t i) { sums[i] = as[i] + bs[i]; });
  return sum;
}

Tensor drop(const Tensor& x, const DropoutDraw& draw) {
  Tensor y = Tensor::empty_like(x);
  const float* const xs = read(x);
  float* const ys = fill(y);
  const float rate = float(draw.rate), scale = float(draw.rate < 1 ? 1 / (1 - draw.rate) : 0);
  each("dropout", x.count(), [=] __device__(ptrdiff_t i) {
    ys[i] = philox_uniform(draw.seed, draw.stream, draw.offset + uint64_t(i)) >= rate ? xs[i] * scale : 0.f;
  });
  return y;
}

const bool filled = on_cuda(fill_elements, fill_with) && on_cuda(convert_elements, convert) &&
                    on_cuda(add_gradients, add) && on_cuda(dropout_forward, drop);

}  // namespace
}  // namespace skew::gpu
