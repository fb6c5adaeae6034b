// The vectorised loops of batch normalisation, one table an instruction set. A strip is rows × lanes floats, row-major,
// of several images; lane l is one channel, whose numbers stand at [l] of the arrays beside it.
// Compiled three times (cmake/SkewVectorKernels.cmake); backends/cpu/batch_norm.cpp chooses.
#pragma once
#include <cstddef>

#include "backends/cpu/isa.h"

namespace skew {

struct Strip {
  ptrdiff_t rows, lanes;
  ptrdiff_t images = 1, stride = 0;  // from one image's first row to the next one's

  ptrdiff_t values() const { return images * rows; }  // a lane
};

struct BatchNormLoops {
  // mean[l] of the strip, squares[l] = Σ (x − mean[l])²
  void (*moments)(const Strip& s, const float* x, float* mean, float* squares);
  // y = (x − mean[l])·scale[l] + shift[l], then max(0, y) if asked
  void (*apply)(const Strip& s, const float* x, float* y, const float* mean, const float* scale, const float* shift,
                bool relu);
  // sum[l] = Σ g and dot[l] = Σ g·(x − mean[l]); g = dy, but 0 where y ≤ 0 (y may be null)
  void (*sums)(const Strip& s, const float* dy, const float* y, const float* x, const float* mean, float* sum,
               float* dot);
  // dx = a[l]·g + b[l]·(x − mean[l]) + c[l]; without x (null) dx = a[l]·g
  void (*differentiate)(const Strip& s, const float* dy, const float* y, const float* x, float* dx, const float* mean,
                        const float* a, const float* b, const float* c);
};

SKEW_PER_ISA(BatchNormLoops batch_norm_loops();)

}  // namespace skew
