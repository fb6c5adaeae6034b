// What the vectorised element-wise loops offer, one table a formula and instruction set. n elements, no aliasing
// between input and output. Compiled three times (cmake/SkewVectorKernels.cmake); backends/cpu/pointwise.cpp chooses.
#pragma once
#include <cstddef>

#include "backends/cpu/isa.h"
#include "ops/arithmetic.h"
#include "ops/pointwise.h"

namespace skew {

template <class F> struct PointwiseLoops {
  void (*forward)(const float* x, float* y, ptrdiff_t n, const F& f);
  void (*backward)(const float* dy, const float* x, float* dx, ptrdiff_t n, const F& f);
};
template <class F> struct ArithmeticLoops {
  void (*forward)(const float* a, const float* b, float* y, ptrdiff_t n, const F& f);
};

SKEW_PER_ISA(template <class F> PointwiseLoops<F> pointwise_loops();
             template <class F> ArithmeticLoops<F> arithmetic_loops();)

}  // namespace skew
