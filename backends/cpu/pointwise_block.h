// One block of a pointwise loss on the cpu: the plain data that passes between the dispatcher (pointwise_loss.h, any
// processor) and the kernels (vector/pointwise_loss.h, compiled once per instruction set).
#pragma once
#include <cstddef>

#include "backends/cpu/isa.h"
#include "losses/kinds/pointwise/formula.h"

namespace skew {

inline constexpr ptrdiff_t loss_strip = 256;  // elements: the buffers of a strip stay in the L1 cache
inline constexpr ptrdiff_t loss_block_size = 16 * loss_strip;

struct PointwiseBlock {
  const float *x, *y;                 // n logits and targets
  const float* weight;                // n factors of the losses, or null
  const float *first, *second, *row;  // n of each of the ElementNumbers; null where the loss takes none
  float *value, *gradient;            // n each, written where not null
  ptrdiff_t n;
  float gradient_scale;
  ExponentChoice exponents;
  bool stream;  // write the gradient past the cache (64-byte aligned)
  // results
  double sum;
  bool bad;  // a NaN logit or a target outside [0, 1]
};

// The kernel of a loss for one instruction set: vector/loss.cpp.in makes one of each.
SKEW_PER_ISA(template <class L> void pointwise_block(const KernelOf<L>& formula, PointwiseBlock& block);)

}  // namespace skew
