// The part of the cpu's log-sum-exp losses that does not depend on the formula.
#include "backends/cpu/logsumexp_loss.h"

#include <algorithm>
#include <atomic>

#include "backends/cpu/pointwise_loss.h"
#include "backends/host/host.h"
#include "core/parallel.h"

namespace skew {
namespace {

const LogSumExpLoops& loops() {
  static const LogSumExpLoops chosen =
      by_isa(isa_baseline::logsumexp_loops, isa_avx2::logsumexp_loops, isa_avx512::logsumexp_loops)();
  return chosen;
}

// Four arrays of n lines, one behind the other.
LineSums sums_at(float* memory, ptrdiff_t n) { return {memory, memory + n, memory + 2 * n, memory + 3 * n}; }

void join(float* __restrict most, float* __restrict sum, const float* __restrict other_most,
          const float* __restrict other_sum, ptrdiff_t n) {
  for (ptrdiff_t i = 0; i < n; ++i) {
    const float larger = maximum(other_most[i], most[i]);
    sum[i] = sum[i] * exp(most[i] - larger) + other_sum[i] * exp(other_most[i] - larger);
    most[i] = larger;
  }
}

void scale(const LineSums& lines, ptrdiff_t n, double factor) {
  for (ptrdiff_t i = 0; i < n; ++i) lines.sum_pos[i] *= float(factor), lines.sum_neg[i] *= float(factor);
}

}  // namespace

BadElements run_logsumexp_blocks(const LogSumExpJob& job, const LineScales<float>& scales, bool along_classes,
                                 LineTotal (*put)(const void*, LineSums, ptrdiff_t, float*), const void* loss) {
  if (job.x.dtype() != DType::float32)
    throw DtypeError(
        text("the cpu's log-sum-exp losses are float32, got ", job.x.dtype(), "; move to the reference device"));
  const ptrdiff_t n = job.x.shape()[0], classes = job.x.shape()[1];
  const ptrdiff_t padded = (classes + logsumexp_lanes - 1) / logsumexp_lanes * logsumexp_lanes;
  // blocks of 8,192 elements or more, but no more than 64 of them: each keeps sums of all columns
  const ptrdiff_t rows_a_block = std::max<ptrdiff_t>((n + 63) / 64, (1 << 13) / std::max<ptrdiff_t>(1, padded) + 1);
  const ptrdiff_t blocks = (n + rows_a_block - 1) / rows_a_block;
  // Scratch comes from the caching allocator: 64-byte aligned, no allocation in a steady state. All threads' at once:
  // were it asked for inside the loop, how often would depend on how the threads overlap.
  const auto scratch = [&](ptrdiff_t floats) { return Tensor::empty({floats}, DType::float32, job.x.device()); };
  Tensor of_rows = scratch(4 * n), of_columns = scratch(along_classes ? 4 * padded * blocks : 0);
  LogSumExpBlock whole{};
  whole.x = data_if<float>(job.x);
  whole.y = data_if<float>(job.y);
  whole.class_weights = data_if<float>(job.class_weights);
  whole.mask = data_if<float>(job.mask);
  whole.weights = data_if<float>(job.weights);
  whole.classes = classes;
  whole.padded = padded;
  whole.scales = scales;
  whole.along_classes = along_classes;
  whole.rows = sums_at(of_rows.fill<float>(), n);
  whole.gradient = fill_if<float>(job.gradient);
  auto columns_of = [&](ptrdiff_t k) { return sums_at(of_columns.fill<float>() + k * 4 * padded, padded); };
  auto block_of = [&](ptrdiff_t k) {
    LogSumExpBlock block = whole;
    block.begin = k * rows_a_block, block.end = std::min(n, block.begin + rows_a_block);
    if (along_classes) block.columns = columns_of(k);
    return block;
  };
  std::atomic<bool> bad = false;
  const ptrdiff_t own = logsumexp_rows_together(padded) * 2 * padded;
  Tensor of_threads = scratch(threads() * own);
  float* buffers = of_threads.fill<float>();
  parallel_for(blocks, 1, [&](ptrdiff_t k, ptrdiff_t) {
    LogSumExpBlock block = block_of(k);
    block.buffers = buffers + thread_index() * own;
    loops().sums(block);
    if (block.bad) bad = true;
  });
  if (bad) return find_bad_elements(job.x, job.y, job.mask);
  const bool has_columns = along_classes && blocks > 0;
  if (has_columns)  // all blocks' sums into the first one's
    parallel_for(padded, logsumexp_strip, [&](ptrdiff_t begin, ptrdiff_t end) {
      const LineSums all = columns_of(0).from(begin);
      for (ptrdiff_t k = 1; k < blocks; ++k) {
        const LineSums one = columns_of(k).from(begin);
        join(all.most_pos, all.sum_pos, one.most_pos, one.sum_pos, end - begin);
        join(all.most_neg, all.sum_neg, one.most_neg, one.sum_neg, end - begin);
      }
    });
  double reduced = 0;
  auto finish = [&](const LineSums& lines, ptrdiff_t count, float* value) {
    const LineTotal total = put(loss, lines, count, value);
    const double factor = reduction_scale(job.reduction, n, total.counted);
    scale(lines, count, factor);
    reduced += total.value * factor;
  };
  const bool each = job.reduction == Reduction::none;
  finish(whole.rows, n, each ? fill_if<float>(job.value) : nullptr);
  if (has_columns) finish(columns_of(0), padded, nullptr);
  if (!each) *fill_if<float>(job.value) = float(reduced);
  if (!whole.gradient) return {};
  parallel_for(blocks, 1, [&](ptrdiff_t k, ptrdiff_t) {
    LogSumExpBlock block = block_of(k);
    if (has_columns) block.columns = columns_of(0);
    loops().gradient(block);
  });
  return {};
}

}  // namespace skew
