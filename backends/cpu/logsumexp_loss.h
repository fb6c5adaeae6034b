// Dispatching a log-sum-exp loss on the cpu: cuts the rows into blocks that do not depend on the thread count, has the
// loops of this processor make the lines' sums, puts the formula to the lines, and has them make the gradient. Sums of
// a line in float, of lines in double, in order: any number of threads gives the same bits. Read next:
// vector/logsumexp_loss.cpp (the loops themselves).
#pragma once
#include "backends/cpu/logsumexp_block.h"
#include "losses/kinds/logsumexp/op.h"

namespace skew {

// Lines after their sums: puts the formula's slopes in their places (logsumexp_block.h), returns Σ values and how many
// count.
struct LineTotal {
  double value = 0;
  ptrdiff_t counted = 0;
};
template <LogSumExpLoss L> LineTotal put_formula(const L& loss, LineSums lines, ptrdiff_t n, float* value) {
  constexpr float lowest = std::numeric_limits<float>::lowest();
  const L formula = loss;  // a copy whose address nobody knows: its parameters become constants of the loop
  const LineScales<float> scales = line_scales<float>(formula);
  LineTotal total;
  for (ptrdiff_t i = 0; i < n; ++i) {
    const float lse_pos = lines.most_pos[i] + log(lines.sum_pos[i]),
                lse_neg = lines.most_neg[i] + log(lines.sum_neg[i]);
    const LineLoss<float> line = line_loss<L>(formula, scales, lse_pos, lse_neg);
    lines.most_pos[i] = maximum(lse_pos, lowest), lines.most_neg[i] = maximum(lse_neg, lowest);
    lines.sum_pos[i] = line.slope_pos, lines.sum_neg[i] = line.slope_neg;
    if (value) value[i] = line.value;
    total.value += double(line.value), total.counted += line.counts;
  }
  return total;
}

// All but the formula, which is `put`.
BadElements run_logsumexp_blocks(const LogSumExpJob& job, const LineScales<float>& scales, bool along_classes,
                                 LineTotal (*put)(const void* loss, LineSums lines, ptrdiff_t n, float* value),
                                 const void* loss);

template <LogSumExpLoss L> BadElements cpu_logsumexp_loss(const L& loss, const LogSumExpJob& job) {
  return run_logsumexp_blocks(
      job, line_scales<float>(loss), L::hooks.along_classes,
      [](const void* l, LineSums lines, ptrdiff_t n, float* value) {
        return put_formula(*static_cast<const L*>(l), lines, n, value);
      },
      &loss);
}

template <LogSumExpLoss L> bool fill_cpu_logsumexp_loss() {
  return logsumexp_loss_kernel<L>.set(Device::cpu, cpu_logsumexp_loss<L>);
}

}  // namespace skew
