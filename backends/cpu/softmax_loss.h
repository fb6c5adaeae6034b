// Dispatching a softmax loss on the cpu: cuts the rows into blocks that do not depend on the thread count and calls the
// kernel compiled for this processor. Sums: float within a row, double across rows and blocks, in order: any number of
// threads gives the same bits. Read next: vector/softmax_loss.h (the loops themselves).
#pragma once
#include "backends/cpu/isa.h"
#include "backends/cpu/softmax_block.h"
#include "losses/kinds/softmax/op.h"

namespace skew {

BadElements run_softmax_blocks(const SoftmaxJob& job, void (*run)(const void* formula, SoftmaxBlock&),
                               const void* formula);

template <SoftmaxLoss L> BadElements cpu_softmax_loss(const KernelOf<L>& formula, const SoftmaxJob& job) {
  return run_softmax_blocks(
      job,
      [](const void* f, SoftmaxBlock& block) {
        by_isa(isa_baseline::softmax_block<L>, isa_avx2::softmax_block<L>, isa_avx512::softmax_block<L>)(
            *static_cast<const KernelOf<L>*>(f), block);
      },
      &formula);
}

template <SoftmaxLoss L> bool fill_cpu_softmax_loss() {
  return softmax_loss_kernel<L>.set(Device::cpu, cpu_softmax_loss<L>);
}

}  // namespace skew
