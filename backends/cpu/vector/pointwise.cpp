// The element-wise loops that the compiler vectorises, for the instruction set named by SKEW_ISA.
#include "backends/cpu/vector/pointwise.h"

namespace skew::SKEW_ISA {
namespace {

template <class F> void forward(const float* __restrict x, float* __restrict y, ptrdiff_t n, const F& formula) {
  const F f = formula;  // a local copy: its parameters stay in registers
  for (ptrdiff_t i = 0; i < n; ++i) y[i] = f(x[i]);
}

template <class F>
void backward(const float* __restrict dy, const float* __restrict x, float* __restrict dx, ptrdiff_t n,
              const F& formula) {
  const F f = formula;
  for (ptrdiff_t i = 0; i < n; ++i) dx[i] = dy[i] * f(variable(x[i])).d;
}

template <class F>
void combine(const float* __restrict a, const float* __restrict b, float* __restrict y, ptrdiff_t n, const F& formula) {
  const F f = formula;
  for (ptrdiff_t i = 0; i < n; ++i) y[i] = f(a[i], b[i]);
}

}  // namespace

template <class F> PointwiseLoops<F> pointwise_loops() { return {forward<F>, backward<F>}; }
template <class F> ArithmeticLoops<F> arithmetic_loops() { return {combine<F>}; }

// Only the dispatcher, in another file, needs the instances: their addresses are kept here so that they are emitted.
template <class... F> const void* const* pointwise_of(FormulaList<F...>) {
  static const void* const kept[] = {reinterpret_cast<const void*>(&pointwise_loops<F>)...};
  return kept;
}
template <class... F> const void* const* arithmetic_of(FormulaList<F...>) {
  static const void* const kept[] = {reinterpret_cast<const void*>(&arithmetic_loops<F>)...};
  return kept;
}
const void* const* kept_pointwise() { return pointwise_of(PointwiseFormulas{}); }
const void* const* kept_arithmetic() { return arithmetic_of(ArithmeticFormulas{}); }

}  // namespace skew::SKEW_ISA
