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
using Any = void (*)();
template <class... F> struct Keep;
template <class... F> struct Keep<FormulaList<F...>> {
  static const Any* pointwise() {
    static const Any kept[] = {reinterpret_cast<Any>(&pointwise_loops<F>)...};
    return kept;
  }
  static const Any* arithmetic() {
    static const Any kept[] = {reinterpret_cast<Any>(&arithmetic_loops<F>)...};
    return kept;
  }
};
const Any* kept_pointwise() { return Keep<PointwiseFormulas>::pointwise(); }
const Any* kept_arithmetic() { return Keep<ArithmeticFormulas>::arithmetic(); }

}  // namespace skew::SKEW_ISA
