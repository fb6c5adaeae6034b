// Dispatching a softmax loss on the cpu: cuts the rows into blocks that do not depend on the thread count and calls the
// kernel compiled for this processor. Sums: float within a row, double across rows and blocks, in order: any number of
// threads gives the same bits. Read next: vector/softmax_loss.h (the loops themselves).
#pragma once
#include "backends/cpu/softmax_block.h"
#include "backends/cpu/isa.h"
#include "losses/softmax_op.h"

namespace skew {

SoftmaxResult run_softmax_blocks(const SoftmaxJob& job, bool whole_powers, void (*run)(const void* loss, SoftmaxBlock&),
                                 const void* loss);

template <SoftmaxLoss L>
SoftmaxResult cpu_softmax_loss(const L& loss, const SoftmaxJob& job,
                               void (*const (&kernels)[3])(const L&, SoftmaxBlock&)) {
  struct Call {
    const L& loss;
    void (*kernel)(const L&, SoftmaxBlock&);
  };
  const Call call{loss, kernels[int(isa())]};
  return run_softmax_blocks(
      job, has_whole_powers(loss),
      [](const void* c, SoftmaxBlock& b) { static_cast<const Call*>(c)->kernel(static_cast<const Call*>(c)->loss, b); },
      &call);
}

}  // namespace skew
