// Dispatching a pointwise loss on the cpu: cuts the elements into blocks that do not depend on the thread count, lays
// out what weighs them, and calls the kernel compiled for this processor. Sums: float within a strip of 256, double
// across strips and blocks, in order: any number of threads gives the same bits.
// Read next: vector/pointwise_loss.h (the loop itself).
#pragma once
#include <vector>

#include "backends/cpu/loss_block.h"
#include "core/isa.h"
#include "losses/pointwise_op.h"

namespace skew {

// The weights, masked targets and class numbers of one block, element by element; made only when a job has any.
struct LossBlockBuffers {
  alignas(64) float y[loss_block_size], weight[loss_block_size], class_value[loss_block_size];
};
// Points `block` at elements [first, first + n) of the job, through `buffers` where something must be laid out.
// `per_class`: one number for each class or for all, empty if the loss takes none.
void lay_out(const PointwiseJob& job, const std::vector<float>& per_class, ptrdiff_t first, ptrdiff_t n,
             LossBlockBuffers& buffers, LossBlock& block);
// The same for all blocks, in parallel, each through `run`; scans for the bad element if there is one.
PointwiseResult run_loss_blocks(const PointwiseJob& job, Powers powers, const std::vector<float>& per_class,
                                void (*run)(const void* loss, LossBlock&), const void* loss);
BadElements find_bad_elements(const PointwiseJob& job);

template <PointwiseLoss L>
PointwiseResult cpu_pointwise_loss(const L& loss, const PointwiseJob& job,
                                   void (*const (&kernels)[3])(const L&, LossBlock&)) {
  std::vector<float> per_class;
  if constexpr (requires { loss.per_class(); })
    for (double v : loss.per_class().values) per_class.push_back(float(v));
  struct Call { const L& loss; void (*kernel)(const L&, LossBlock&); };
  const Call call{loss, kernels[int(isa())]};
  return run_loss_blocks(job, loss.powers(), per_class, [](const void* c, LossBlock& b) {
    static_cast<const Call*>(c)->kernel(static_cast<const Call*>(c)->loss, b);
  }, &call);
}

}  // namespace skew
