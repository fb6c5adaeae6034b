// What the vectorised element-wise loops offer, one table a formula and instruction set. n elements, no aliasing
// between input and output. Compiled three times (cmake/SkewVectorKernels.cmake); backends/cpu/pointwise.cpp chooses.
#pragma once
#include <cstddef>

#include "ops/arithmetic.h"
#include "ops/pointwise.h"

namespace skew {

template <class F>
struct PointwiseLoops {
  void (*forward)(const float* x, float* y, ptrdiff_t n, const F& f);
  void (*backward)(const float* dy, const float* x, float* dx, ptrdiff_t n, const F& f);
};
template <class F>
struct ArithmeticLoops {
  void (*forward)(const float* a, const float* b, float* y, ptrdiff_t n, const F& f);
};

#define SKEW_DECLARE_LOOPS(isa)                          \
  namespace isa {                                        \
  template <class F> PointwiseLoops<F> pointwise_loops();   \
  template <class F> ArithmeticLoops<F> arithmetic_loops(); \
  }
SKEW_DECLARE_LOOPS(isa_baseline)
SKEW_DECLARE_LOOPS(isa_avx2)
SKEW_DECLARE_LOOPS(isa_avx512)
#undef SKEW_DECLARE_LOOPS

}  // namespace skew
