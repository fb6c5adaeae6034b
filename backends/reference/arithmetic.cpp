// Element-wise functions of two tensors, one element at a time. Equal shapes share an order and run flat.
#include "ops/arithmetic.h"

#include <algorithm>
#include <vector>

#include "backends/host/broadcast.h"
#include "backends/host/host.h"
#include "ops/pointwise.h"

namespace skew {

template <class F>
Tensor arithmetic_forward_naive(const Tensor& a, const Tensor& b, const F& f) {
  return visit_floating(a, F::name, [&](auto zero) {
    using T = decltype(zero);
    const Shape shape = broadcast(a.shape(), b.shape(), F::name);
    Tensor y = Tensor::empty(shape, a.dtype(), a.device(), a.shape() == shape ? a.layout() : Layout{});
    const T *as = a.data<T>(), *bs = b.data<T>();
    T* ys = y.fill<T>();
    for_each_broadcast(shape, a.shape(), b.shape(), [&](ptrdiff_t k, ptrdiff_t i, ptrdiff_t j) { ys[k] = f(as[i], bs[j]); });
    return y;
  });
}

template <class F>
ArithmeticGradients arithmetic_backward_naive(const Tensor& dy, const Tensor& a, const Tensor& b, bool da, bool db, const F& f) {
  return visit_floating(a, F::name, [&](auto zero) {
    using T = decltype(zero);
    ArithmeticGradients g{da ? Tensor::empty_like(dy) : Tensor(), db ? Tensor::empty_like(dy) : Tensor()};
    const T *as = a.data<T>(), *bs = b.data<T>(), *dys = dy.data<T>();
    T *das = da ? g.da.template fill<T>() : nullptr, *dbs = db ? g.db.template fill<T>() : nullptr;
    for_each_broadcast(dy.shape(), a.shape(), b.shape(), [&](ptrdiff_t k, ptrdiff_t i, ptrdiff_t j) {
      if (da) das[k] = dys[k] * f(variable(as[i]), constant<Dual<T>>(bs[j])).d;
      if (db) dbs[k] = dys[k] * f(constant<Dual<T>>(as[i]), variable(bs[j])).d;
    });
    return g;
  });
}

namespace {

Tensor sum_to(const Tensor& x, const Shape& shape) {
  return visit_floating(x, "sum_to_shape", [&](auto zero) {
    using T = decltype(zero);
    std::vector<double> sums(size_t(shape.count()));
    const T* xs = x.data<T>();
    for_each_broadcast(x.shape(), x.shape(), shape, [&](ptrdiff_t k, ptrdiff_t, ptrdiff_t j) { sums[size_t(j)] += double(xs[k]); });
    Tensor y = Tensor::empty(shape, x.dtype(), x.device());
    std::transform(sums.begin(), sums.end(), y.fill<T>(), [](double s) { return T(s); });
    return y;
  });
}

template <class... F>
bool fill(FormulaList<F...>) {
  return (... && (on_reference(arithmetic_forward<F>, arithmetic_forward_naive<F>) &&
                  on_host(arithmetic_backward<F>, arithmetic_backward_naive<F>)));
}
const bool filled = fill(ArithmeticFormulas{}) && on_host(sum_to_shape, sum_to);

}  // namespace
}  // namespace skew
