// One block of rows of a softmax loss on the cpu: the plain data that passes between the dispatcher (softmax_loss.h,
// any processor) and the kernels (vector/softmax_loss.h, compiled once per instruction set).
#pragma once
#include "backends/cpu/isa.h"
#include "backends/host/softmax_rows.h"
#include "losses/kinds/softmax/formula.h"

namespace skew {

// Rows are worked on in buffers padded to whole lanes, so that loops have no remainder whatever C is (14, 1000, …).
inline constexpr ptrdiff_t softmax_lanes = 16;

struct SoftmaxBlock {
  SoftmaxRows<float> rows;
  ptrdiff_t begin, end;                        // the block's rows
  ptrdiff_t padded;                            // C rounded up to whole lanes
  const float *class_weights, *class_numbers;  // padded with 0; weights are 1 where the job has none
  float* buffers;                              // of softmax_rows_together(padded) rows, 64-byte aligned
  float logit_scale;
  ExponentChoice exponents;
  // results
  double sum;
  bool bad;  // a NaN logit
};
// The kernel of a loss for one instruction set: vector/loss.cpp.in makes one of each.
SKEW_PER_ISA(template <class L> void softmax_block(const KernelOf<L>& formula, SoftmaxBlock& block);)

// Each row has four buffers; as many rows are worked on together as fit into half an L1 cache.
inline constexpr ptrdiff_t softmax_buffers = 4, softmax_group = 16;
SKEW_HD constexpr ptrdiff_t softmax_rows_together(ptrdiff_t padded) {
  const ptrdiff_t fit = 4096 / (softmax_buffers * padded);
  return fit < 1 ? 1 : fit > softmax_group ? softmax_group : fit;
}

}  // namespace skew
