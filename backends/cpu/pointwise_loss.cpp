// The part of the cpu's pointwise losses that does not depend on the formula.
#include "backends/cpu/pointwise_loss.h"

#include <algorithm>
#include <atomic>
#include <functional>
#include <vector>

#include "backends/cpu/flush_denormals.h"
#include "backends/host/host.h"
#include "core/parallel.h"

namespace skew {

namespace {

// The weights, masked targets and numbers of one block, element by element; made only when a job has any.
struct LossBlockBuffers {
  alignas(64) float y[loss_block_size], weight[loss_block_size];
  alignas(64) float row[loss_block_size];
  ptrdiff_t known_row = -1;  // where the row starts whose number was computed last: a long row lies in several blocks
  float row_number = 0;
};
// The rows' numbers for elements [first, first + n), one stretch of a row after the other.
void lay_out_rows(const PointwiseJob& job, const ClassTables<float>& tables, ptrdiff_t first, ptrdiff_t n,
                  ptrdiff_t classes, LossBlockBuffers& buffers) {
  const float *y = job.y.data<float>(), *mask = data_if<float>(job.mask);
  for (ptrdiff_t i = 0, c = first % classes; i < n; c = 0) {
    const ptrdiff_t length = std::min(classes - c, n - i), row = first + i - c;
    if (buffers.known_row != row) buffers.row_number = tables.row(y + row, mask ? mask + row : nullptr);
    buffers.known_row = row;
    std::fill_n(buffers.row + i, length, buffers.row_number);
    i += length;
  }
}

// Factors of elements [first, first + n): class weights times element weights, one stretch of a row after the other.
void lay_out_weights(const float* class_weights, const float* weights, ptrdiff_t first, ptrdiff_t n, ptrdiff_t classes,
                     float* out) {
  if (!class_weights) {
    std::copy_n(weights, n, out);
    return;
  }
  for (ptrdiff_t i = 0, c = first % classes; i < n; c = 0) {
    const ptrdiff_t length = std::min(classes - c, n - i);
    if (weights) std::transform(weights + i, weights + i + length, class_weights + c, out + i, std::multiplies<>{});
    else std::copy_n(class_weights + c, length, out + i);
    i += length;
  }
}

// Points `block` at elements [first, first + n) of the job, through `buffers` where something must be laid out.
void lay_out(const PointwiseJob& job, const ClassTables<float>& tables, ptrdiff_t first, ptrdiff_t n,
             LossBlockBuffers& buffers, PointwiseBlock& block) {
  block.x = job.x.data<float>() + first, block.y = job.y.data<float>() + first, block.n = n;
  Tensor value = job.value, gradient = job.gradient;
  block.value = job.reduction == Reduction::none ? value.fill<float>() + first : nullptr;
  block.gradient = gradient.defined() ? gradient.fill<float>() + first : nullptr;
  block.weight = block.first = block.second = block.row = nullptr;
  const ptrdiff_t classes = classes_of(job.x.shape());
  if (tables.first) block.first = tables.first + first % classes;
  if (tables.second) block.second = tables.second + first % classes;
  if (tables.of_row) lay_out_rows(job, tables, first, n, classes, buffers), block.row = buffers.row;
  if (!job.class_weights.defined() && !job.weights.defined() && !job.mask.defined()) return;
  const float* class_weights = data_if<float>(job.class_weights);
  const float* weights = job.weights.defined() ? job.weights.data<float>() + first : nullptr;
  if (class_weights || weights) lay_out_weights(class_weights, weights, first, n, classes, buffers.weight);
  else std::fill_n(buffers.weight, n, 1.0f);
  block.weight = buffers.weight;
  if (!job.mask.defined()) return;
  const float* mask = job.mask.data<float>() + first;
  for (ptrdiff_t i = 0; i < n; ++i) {
    buffers.y[i] = mask[i] != 0 ? block.y[i] : 0.0f;  // an unknown label may be anything, −1 or NaN
    if (mask[i] == 0) buffers.weight[i] = 0;
  }
  block.y = buffers.y;
}

}  // namespace

BadElements run_pointwise_blocks(const PointwiseJob& job, const ClassTables<float>& tables,
                                 void (*run)(const void* formula, PointwiseBlock&), const void* formula) {
  const ptrdiff_t count = job.x.count(), blocks = (count + loss_block_size - 1) / loss_block_size;
  const bool stream = job.gradient.defined() && count * ptrdiff_t(sizeof(float)) >= 16 << 20;
  const double scale = reduction_scale_of<float>(job);
  static thread_local std::vector<double> kept;  // grows once: no allocation in a steady state
  std::vector<double>& sums = kept;
  sums.assign(size_t(blocks), 0.0);
  std::atomic<bool> bad = false;
  // as even as blocks allow: a block costs a few microseconds, two are worth a thread
  const ptrdiff_t grain = std::max<ptrdiff_t>(2, (blocks + threads() - 1) / threads());
  parallel_for(blocks, grain, [&](ptrdiff_t begin, ptrdiff_t end) {
    const FlushDenormals flush;
    LossBlockBuffers buffers;
    for (ptrdiff_t k = begin; k < end; ++k) {
      const ptrdiff_t first = k * loss_block_size;
      PointwiseBlock block{};
      lay_out(job, tables, first, std::min(loss_block_size, count - first), buffers, block);
      block.gradient_scale = float(scale);
      block.exponents = job.exponents;
      block.stream = stream;
      run(formula, block);
      sums[size_t(k)] = block.sum;
      if (block.bad) bad = true;
    }
  });
  double total = 0;
  for (double s : sums) total += s;
  if (job.reduction != Reduction::none) *Tensor(job.value).fill<float>() = float(total * scale);
  return bad ? find_bad_elements(job.x, job.y, job.mask) : BadElements{};
}

BadElements find_bad_elements(const Tensor& logits, const Tensor& targets, const Tensor& known) {
  const float *x = logits.data<float>(), *y = targets.data<float>();
  const float* mask = data_if<float>(known);
  BadElements bad;
  for (ptrdiff_t i = 0; i < logits.count() && bad.logit < 0; ++i) {
    if (x[i] != x[i]) bad.logit = i;
    if (bad.target < 0 && !(mask && mask[i] == 0) && !(y[i] >= 0 && y[i] <= 1)) bad.target = i;
  }
  return bad;
}

}  // namespace skew
