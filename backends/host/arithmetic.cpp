// Element-wise functions of two tensors, one element at a time: the reference; on the cpu too the gradients and, from
// backends/cpu/pointwise.cpp, operands that broadcast.
#include "backends/host/arithmetic.h"

#include <algorithm>
#include <vector>

#include "backends/host/host.h"
#include "ops/pointwise.h"

namespace skew {
namespace {

template <class F> Tensor forward(const Tensor& a, const Tensor& b, const F& f) {
  return visit_floating(a, F::name, [&](auto zero) { return combined<decltype(zero)>(a, b, f); });
}

// f's slope along one operand. Where f takes it, the other is a plain number: a dual one's slope 0 times ∞ is NaN.
template <class F, class T> T slope_along_a(const F& f, T a, T b) {
  if constexpr (requires { f(variable(a), b); }) return f(variable(a), b).d;
  else return f(variable(a), constant<Dual<T>>(b)).d;
}
template <class F, class T> T slope_along_b(const F& f, T a, T b) {
  if constexpr (requires { f(a, variable(b)); }) return f(a, variable(b)).d;
  else return f(constant<Dual<T>>(a), variable(b)).d;
}

template <class F>
ArithmeticGradients backward(const Tensor& dy, const Tensor& a, const Tensor& b, bool da, bool db, const F& f) {
  return visit_floating(a, F::name, [&](auto zero) {
    using T = decltype(zero);
    ArithmeticGradients g{da ? Tensor::empty_like(dy) : Tensor(), db ? Tensor::empty_like(dy) : Tensor()};
    const T *as = a.data<T>(), *bs = b.data<T>(), *dys = dy.data<T>();
    T *das = da ? g.da.template fill<T>() : nullptr, *dbs = db ? g.db.template fill<T>() : nullptr;
    for_each_broadcast(dy.shape(), a.shape(), b.shape(), [&](ptrdiff_t k, ptrdiff_t i, ptrdiff_t j) {
      if (da) das[k] = dys[k] * slope_along_a(f, as[i], bs[j]);
      if (db) dbs[k] = dys[k] * slope_along_b(f, as[i], bs[j]);
    });
    return g;
  });
}

Tensor sum_to(const Tensor& x, const Shape& shape) {
  return visit_floating(x, "sum_to_shape", [&](auto zero) {
    using T = decltype(zero);
    std::vector<double> sums(size_t(shape.count()));
    const T* xs = x.data<T>();
    for_each_broadcast(x.shape(), x.shape(), shape,
                       [&](ptrdiff_t k, ptrdiff_t, ptrdiff_t j) { sums[size_t(j)] += double(xs[k]); });
    Tensor y = Tensor::empty(shape, x.dtype(), x.device());
    std::transform(sums.begin(), sums.end(), y.fill<T>(), [](double s) { return T(s); });
    return y;
  });
}

template <class F> bool fill_slots() {
  if constexpr (F::slopes == Slopes::at_operands) on_host(arithmetic_backward<F>, backward<F>);
  return on_reference(arithmetic_forward<F>, forward<F>);
}
template <class... F> bool fill(FormulaList<F...>) { return (fill_slots<F>() && ...); }
const bool filled = fill(ArithmeticFormulas{}) && on_host(sum_to_shape, sum_to);

}  // namespace
}  // namespace skew
