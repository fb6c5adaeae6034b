// The element-wise loops that the compiler vectorises, for the instruction set named by SKEW_ISA.
#include "backends/cpu/vector/pointwise.h"

namespace skew::SKEW_ISA {
namespace {

template <class F>
void forward(const float* __restrict x, float* __restrict y, ptrdiff_t n, const F& formula) {
  const F f = formula;  // a local copy: its parameters stay in registers
  for (ptrdiff_t i = 0; i < n; ++i) y[i] = f(x[i]);
}

template <class F>
void backward(const float* __restrict dy, const float* __restrict x, float* __restrict dx, ptrdiff_t n, const F& formula) {
  const F f = formula;
  for (ptrdiff_t i = 0; i < n; ++i) dx[i] = dy[i] * f(variable(x[i])).d;
}

template <class F>
void combine(const float* __restrict a, const float* __restrict b, float* __restrict y, ptrdiff_t n, const F& formula) {
  const F f = formula;
  for (ptrdiff_t i = 0; i < n; ++i) y[i] = f(a[i], b[i]);
}

}  // namespace

template <class F>
PointwiseLoops<F> pointwise_loops() { return {forward<F>, backward<F>}; }
template <class F>
ArithmeticLoops<F> arithmetic_loops() { return {combine<F>}; }

// Instantiates the tables of both lists.
template <class... F>
void instantiate(FormulaList<F...>) { (void(pointwise_loops<F>()), ...); }
template <class... F>
void instantiate_arithmetic(FormulaList<F...>) { (void(arithmetic_loops<F>()), ...); }
void instantiate_all() { instantiate(PointwiseFormulas{}), instantiate_arithmetic(ArithmeticFormulas{}); }

}  // namespace skew::SKEW_ISA
