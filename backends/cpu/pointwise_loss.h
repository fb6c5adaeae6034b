// Dispatching a pointwise loss on the cpu: cuts the elements into blocks that do not depend on the thread count, lays
// out what weighs them, and calls the kernel compiled for this processor. Sums: float within a strip of 256, double
// across strips and blocks, in order: any number of threads gives the same bits.
// Read next: vector/pointwise_loss.h (the loop itself).
#pragma once
#include <algorithm>
#include <vector>

#include "backends/cpu/loss_block.h"
#include "backends/cpu/isa.h"
#include "losses/pointwise_op.h"

namespace skew {

// The weights, masked targets and numbers of one block, element by element; made only when a job has any.
struct LossBlockBuffers {
  alignas(64) float y[loss_block_size], weight[loss_block_size];
  alignas(64) float row[loss_block_size];
  ptrdiff_t known_row = -1;  // where the row starts whose number was computed last: a long row lies in several blocks
  float row_number = 0;
};
// Points `block` at elements [first, first + n) of the job, through `buffers` where something must be laid out.
void lay_out(const PointwiseJob& job, const ClassTables<float>& tables, ptrdiff_t first, ptrdiff_t n,
             LossBlockBuffers& buffers, LossBlock& block);
// The same for all blocks, in parallel, each through `run`; scans for the bad element if there is one.
PointwiseResult run_loss_blocks(const PointwiseJob& job, Powers powers, const ClassTables<float>& tables,
                                void (*run)(const void* loss, LossBlock&), const void* loss);
// The first NaN logit and the first known target outside [0, 1]; float tensors of one shape, the mask may be undefined.
BadElements find_bad_elements(const Tensor& logits, const Tensor& targets, const Tensor& mask);

template <PointwiseLoss L>
PointwiseResult cpu_pointwise_loss(const L& loss, const PointwiseJob& job,
                                   void (*const (&kernels)[3])(const L&, LossBlock&)) {
  const Shape& shape = job.x.shape();
  const ptrdiff_t classes = shape.rank() ? shape[shape.rank() - 1] : 1;
  // repeated, so that a block's numbers lie in one piece wherever in a row it begins
  const ClassTables<float> tables =
      class_tables<float, L>(job, classes, classes + std::min(shape.count(), loss_block_size));
  struct Call { const L& loss; void (*kernel)(const L&, LossBlock&); };
  const Call call{loss, kernels[int(isa())]};
  return run_loss_blocks(job, loss.powers(), tables, [](const void* c, LossBlock& b) {
    static_cast<const Call*>(c)->kernel(static_cast<const Call*>(c)->loss, b);
  }, &call);
}

}  // namespace skew
