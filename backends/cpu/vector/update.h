// The vectorised loops of optimisers, one table an instruction set. n elements; no two arrays overlap.
// Compiled three times (cmake/SkewVectorKernels.cmake); backends/cpu/update.cpp chooses.
#pragma once
#include <cstddef>

#include "backends/cpu/isa.h"
#include "ops/optimizer_kernels.h"

namespace skew {

struct UpdateLoops {
  // g is multiplied by clip first; momentum and largest may be null
  void (*sgd)(float* p, const float* g, float* momentum, ptrdiff_t n, float clip, const SgdUpdate& u);
  void (*adam)(float* p, const float* g, float* m, float* v, float* largest, ptrdiff_t n, float clip,
               const AdamUpdate& u);
  void (*average)(float* a, const float* b, ptrdiff_t n, double decay);
  double (*square_sum)(const float* x, ptrdiff_t n);
  void (*scale)(float* x, ptrdiff_t n, double factor);
};

SKEW_PER_ISA(UpdateLoops update_loops();)

}  // namespace skew
