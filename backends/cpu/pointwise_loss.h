// Dispatching a pointwise loss on the cpu: cuts the elements into blocks that do not depend on the thread count, lays
// out what weighs them, and calls the kernel compiled for this processor. Sums: float within a strip of 256, double
// across strips and blocks, in order: any number of threads gives the same bits.
// Read next: vector/pointwise_loss.h (the loop itself).
#pragma once
#include <algorithm>

#include "backends/cpu/isa.h"
#include "backends/cpu/pointwise_block.h"
#include "backends/host/class_tables.h"

namespace skew {

// Cuts the job into blocks, in parallel, each through `run`; scans for the bad element if there is one.
BadElements run_pointwise_blocks(const PointwiseJob& job, const ClassTables<float>& tables,
                                 void (*run)(const void* formula, PointwiseBlock&), const void* formula);
// The first NaN logit and the first known target outside [0, 1]; float tensors of one shape, the mask may be undefined.
BadElements find_bad_elements(const Tensor& logits, const Tensor& targets, const Tensor& mask);

template <PointwiseLoss L> BadElements cpu_pointwise_loss(const KernelOf<L>& formula, const PointwiseJob& job) {
  // repeated, so that a block's numbers lie in one piece wherever in a row it begins
  const ClassTables<float> tables =
      class_tables<float, L>(job, classes_of(job.x.shape()) + std::min(job.x.count(), loss_block_size));
  return run_pointwise_blocks(
      job, tables,
      [](const void* f, PointwiseBlock& block) {
        by_isa(isa_baseline::pointwise_block<L>, isa_avx2::pointwise_block<L>, isa_avx512::pointwise_block<L>)(
            *static_cast<const KernelOf<L>*>(f), block);
      },
      &formula);
}

template <PointwiseLoss L> bool fill_cpu_pointwise_loss() {
  return pointwise_loss_kernel<L>.set(Device::cpu, cpu_pointwise_loss<L>);
}

}  // namespace skew
