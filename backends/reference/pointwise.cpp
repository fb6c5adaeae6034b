// Element-wise functions, one element at a time; the slope from dual numbers.
#include "ops/pointwise.h"

#include "backends/host/host.h"

namespace skew {
namespace {

template <class F> Tensor forward(const Tensor& x, const F& f) {
  return visit_floating(x, F::name, [&](auto zero) {
    using T = decltype(zero);
    Tensor y = Tensor::empty_like(x);
    for (ptrdiff_t i = 0; i < x.count(); ++i) y.fill<T>()[i] = f(x.data<T>()[i]);
    return y;
  });
}

template <class F> Tensor backward(const Tensor& dy, const Tensor& x, const F& f) {
  return visit_floating(x, F::name, [&](auto zero) {
    using T = decltype(zero);
    Tensor dx = Tensor::empty_like(x);
    for (ptrdiff_t i = 0; i < x.count(); ++i) dx.fill<T>()[i] = dy.data<T>()[i] * f(variable(x.data<T>()[i])).d;
    return dx;
  });
}

template <class... F> bool fill(FormulaList<F...>) {
  return (... && (on_reference(pointwise_forward<F>, forward<F>) && on_reference(pointwise_backward<F>, backward<F>)));
}
const bool filled = fill(PointwiseFormulas{});

}  // namespace
}  // namespace skew
