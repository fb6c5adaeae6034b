// What broadcasts: element-wise functions of two tensors and their gradients, sums over what was stretched, stacks of
// matrices, and where.
#include "ops/arithmetic.h"

#include "backends/cuda/each.cuh"
#include "backends/cuda/elements.h"
#include "backends/cuda/reduce.cuh"
#include "backends/cuda/walk.cuh"
#include "ops/matmul.h"
#include "ops/where.h"

namespace skew::gpu {
namespace {

// y = f(a, b). Operands of one shape come in one order, which is y's; others are row-major.
template <class F> Tensor forward(const Tensor& a, const Tensor& b, const F& f) {
  const Shape shape = broadcast(a.shape(), b.shape(), F::name);
  const bool flat = a.shape() == b.shape();
  Tensor y = Tensor::empty(shape, a.dtype(), a.device(), flat ? a.layout() : Layout{});
  const float *as = read(a), *bs = read(b);
  float* ys = fill(y);
  if (flat) {
    each(F::name, y.count(), [=] __device__(ptrdiff_t i) { ys[i] = f(as[i], bs[i]); });
    return y;
  }
  const Walk<2> walk = walk_of(shape, a.shape(), b.shape());
  each(F::name, y.count(), [=] __device__(ptrdiff_t k) {
    ptrdiff_t at[2];
    walk.at(k, at);
    ys[k] = f(as[at[0]], bs[at[1]]);
  });
  return y;
}

// f's slope along one operand. Where f takes it, the other is a plain number: a dual one's slope 0 times ∞ is NaN.
template <class F> SKEW_HD float slope_along_a(const F& f, float a, float b) {
  if constexpr (requires { f(variable(a), b); }) return f(variable(a), b).d;
  else return f(variable(a), constant<Dual<float>>(b)).d;
}
template <class F> SKEW_HD float slope_along_b(const F& f, float a, float b) {
  if constexpr (requires { f(a, variable(b)); }) return f(a, variable(b)).d;
  else return f(constant<Dual<float>>(a), variable(b)).d;
}

template <class F>
ArithmeticGradients backward(const Tensor& dy, const Tensor& a, const Tensor& b, bool da, bool db, const F& f) {
  ArithmeticGradients g{da ? Tensor::empty_like(dy) : Tensor(), db ? Tensor::empty_like(dy) : Tensor()};
  const float *as = read(a), *bs = read(b), *dys = read(dy);
  float *das = fill(g.da), *dbs = fill(g.db);
  const Walk<2> walk = walk_of(dy.shape(), a.shape(), b.shape());
  const bool flat = a.shape() == b.shape();
  each(F::name, dy.count(), [=] __device__(ptrdiff_t k) {
    ptrdiff_t at[2] = {k, k};
    if (!flat) walk.at(k, at);
    if (das) das[k] = dys[k] * slope_along_a(f, as[at[0]], bs[at[1]]);
    if (dbs) dbs[k] = dys[k] * slope_along_b(f, as[at[0]], bs[at[1]]);
  });
  return g;
}

// x, read as of shape `from`, summed over the axes that `shape` lacks: two walks over x, along the axes that stay and
// along those that are summed.
Tensor summed(std::string_view op, const Tensor& x, const Shape& from, const Shape& shape) {
  Tensor y = Tensor::empty(shape, x.dtype(), x.device());
  const Walk<1> all = walk_of(from, from);
  Walk<1> kept, gone;
  ptrdiff_t terms = 1;
  bool last_is_kept = false;
  for (int axis = 0; axis < all.rank; ++axis) {
    const int own = axis - (from.rank() - shape.rank());
    const bool keeps = own >= 0 && shape[own] == from[axis];
    Walk<1>& walk = keeps ? kept : gone;
    walk.length[walk.rank] = all.length[axis];
    walk.stride[0][walk.rank] = all.stride[0][axis];
    ++walk.rank;
    if (!keeps) terms *= from[axis];
    if (from[axis] > 1) last_is_kept = keeps;
  }
  const float* xs = read(x);
  float* ys = fill(y);
  reduce(
      op, shape.count(), terms, last_is_kept ? Neighbours::lines : Neighbours::terms, 0.0,
      [=] __device__(ptrdiff_t line, ptrdiff_t j) {
        ptrdiff_t first[1], more[1];
        kept.at(line, first);
        gone.at(j, more);
        return double(xs[first[0] + more[0]]);
      },
      [=] __device__(ptrdiff_t line, double sum) { ys[line] = float(sum); });
  return y;
}

Tensor sum_to(const Tensor& x, const Shape& shape) { return summed("sum_to_shape", x, x.shape(), shape); }

// ---- matrices over broadcast batch axes
Shape stack_of(const Shape& batch, const Shape& matrix) {  // batch, rows, columns
  std::vector<ptrdiff_t> lengths(batch.begin(), batch.end());
  lengths.insert(lengths.end(), matrix.end() - 2, matrix.end());
  return Shape(lengths);
}
Tensor expand(const Tensor& x, const Shape& batch) {
  const Shape stack = stack_of(batch, x.shape());
  const int rank = stack.rank();
  Tensor y = Tensor::empty({batch.count(), stack[rank - 2], stack[rank - 1]}, x.dtype(), x.device());
  const Walk<1> walk = walk_of(stack, x.shape());
  const float* const xs = read(x);
  float* const ys = fill(y);
  each("matmul", y.count(), [=] __device__(ptrdiff_t k) {
    ptrdiff_t at[1];
    walk.at(k, at);
    ys[k] = xs[at[0]];
  });
  return y;
}
Tensor sum_stack(const Tensor& y, const Shape& batch, const Shape& x) {
  return summed("matmul", y, stack_of(batch, x), x);
}

// ---- where
template <class C> void choose_by(const Tensor& condition, const float* as, const float* bs, float* ys) {
  const C* conditions = read<C>(condition);
  each("where", condition.count(), [=] __device__(ptrdiff_t i) { ys[i] = conditions[i] != C(0) ? as[i] : bs[i]; });
}

Tensor choose(const Tensor& condition, const Tensor& a, const Tensor& b) {
  Tensor y = Tensor::empty(a.shape(), a.dtype(), a.device());
  visit(condition.dtype(), [&](auto zero) { choose_by<decltype(zero)>(condition, read(a), read(b), fill(y)); });
  return y;
}

template <class F> bool fill_slots() {
  if constexpr (F::slopes == Slopes::at_operands) on_cuda(arithmetic_backward<F>, backward<F>);
  return on_cuda(arithmetic_forward<F>, forward<F>);
}
template <class... F> bool fill_all(FormulaList<F...>) { return (fill_slots<F>() && ...); }
const bool filled = fill_all(ArithmeticFormulas{}) && on_cuda(sum_to_shape, sum_to) && on_cuda(where_forward, choose) &&
                    on_cuda(expand_matrices, expand) && on_cuda(sum_matrices, sum_stack);

}  // namespace
}  // namespace skew::gpu
