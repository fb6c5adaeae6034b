// The part of the cpu's softmax losses that does not depend on the formula.
#include "backends/cpu/softmax_loss.h"

#include <algorithm>
#include <atomic>

#include "backends/cpu/flush_denormals.h"
#include "backends/host/host.h"
#include "backends/host/softmax_job.h"
#include "core/parallel.h"

namespace skew {

BadElements run_softmax_blocks(const SoftmaxJob& job, void (*run)(const void* formula, SoftmaxBlock&),
                               const void* formula) {
  if (job.x.dtype() != DType::float32)
    throw DtypeError(
        text("the cpu's softmax losses are float32, got ", job.x.dtype(), "; move to the reference device"));
  BadElements bad_elements;
  SoftmaxBlock whole{};
  whole.rows = rows_of<float>(job, bad_elements);
  whole.logit_scale = float(job.logit_scale);
  whole.exponents = job.exponents;
  if (bad_elements.target >= 0) return bad_elements;
  const ptrdiff_t classes = whole.rows.classes, count = whole.rows.count();
  const ptrdiff_t n = whole.padded = (classes + softmax_lanes - 1) / softmax_lanes * softmax_lanes;
  // Scratch comes from the caching allocator: 64-byte aligned, no allocation in a steady state. All threads' at once:
  // were it asked for inside the loop, how often would depend on how the threads overlap.
  const auto scratch = [&](ptrdiff_t floats) { return Tensor::empty({floats}, DType::float32, job.x.device()); };
  Tensor shared = scratch(2 * n);
  float *weights = shared.fill<float>(), *numbers = weights + n;
  for (ptrdiff_t c = 0; c < n; ++c) {
    weights[c] = c >= classes ? 0 : whole.rows.class_weights ? whole.rows.class_weights[c] : 1;
    numbers[c] = c < classes && whole.rows.class_numbers ? whole.rows.class_numbers[c] : 0;
  }
  whole.class_weights = weights, whole.class_numbers = numbers;
  const ptrdiff_t rows_a_block = std::max<ptrdiff_t>(1, (1 << 14) / std::max<ptrdiff_t>(1, n));
  const ptrdiff_t blocks = (count + rows_a_block - 1) / rows_a_block;
  Tensor kept = Tensor::empty({blocks}, DType::float64, Device::reference);
  double* sums = kept.fill<double>();
  std::atomic<bool> bad = false;
  const ptrdiff_t own = softmax_rows_together(n) * softmax_buffers * n;
  Tensor of_threads = scratch(threads() * own);
  float* buffers = of_threads.fill<float>();
  parallel_for(blocks, 1, [&](ptrdiff_t k, ptrdiff_t) {
    const FlushDenormals flush;
    SoftmaxBlock block = whole;
    block.begin = k * rows_a_block, block.end = std::min(count, block.begin + rows_a_block);
    block.buffers = buffers + thread_index() * own;
    run(formula, block);
    sums[k] = block.sum;
    if (block.bad) bad = true;
  });
  double total = 0;
  for (ptrdiff_t k = 0; k < blocks; ++k) total += sums[k];
  if (job.reduction != Reduction::none) *Tensor(job.value).fill<float>() = float(total * whole.rows.scale);
  if (bad) bad_elements.logit = first_nan(whole.rows.x, job.x.count());
  return bad_elements;
}

}  // namespace skew
