// Element-wise functions of one tensor, forward and by dual numbers backward: a kernel each from one template.
#include "ops/pointwise.h"

#include "backends/cuda/each.cuh"
#include "backends/cuda/elements.h"

namespace skew::gpu {
namespace {

template <class F> Tensor forward(const Tensor& x, const F& f) {
  Tensor y = Tensor::empty_like(x);
  const float* const xs = read(x);
  float* const ys = fill(y);
  each(F::name, x.count(), [=] __device__(ptrdiff_t i) { ys[i] = f(xs[i]); });
  return y;
}

template <class F> Tensor backward(const Tensor& dy, const Tensor& x, const F& f) {
  Tensor dx = Tensor::empty_like(x);
  const float *const dys = read(dy), *const xs = read(x);
  float* const dxs = fill(dx);
  each(F::name, x.count(), [=] __device__(ptrdiff_t i) { dxs[i] = dys[i] * f(variable(xs[i])).d; });
  return dx;
}

template <class... F> bool fill_all(FormulaList<F...>) {
  return (... && (on_cuda(pointwise_forward<F>, forward<F>) && on_cuda(pointwise_backward<F>, backward<F>)));
}
const bool filled = fill_all(PointwiseFormulas{});

}  // namespace
}  // namespace skew::gpu
