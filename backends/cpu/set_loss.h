// Dispatching a set loss on the cpu: cuts the rows into blocks that do not depend on the thread count, has the loops of
// this processor make the lines' sums, puts the formula to the lines, and has them make the gradient. Sums of a line in
// float, of lines in double, in order: any number of threads gives the same bits.
// Read next: vector/set_loss.cpp (the loops themselves).
#pragma once
#include "backends/cpu/set_block.h"
#include "losses/set_op.h"

namespace skew {

// Lines after their sums: puts the formula's slopes in their places (set_block.h), returns Σ values and how many count.
struct SetTotal {
  double value = 0;
  ptrdiff_t counted = 0;
};
template <SetLoss L>
SetTotal put_formula(const L& loss, SetSums lines, ptrdiff_t n, float* value) {
  constexpr float lowest = std::numeric_limits<float>::lowest();
  const L formula = loss;  // a copy whose address nobody knows: its parameters become constants of the loop
  const SetScales<float> scales = set_scales<float>(formula);
  SetTotal total;
  for (ptrdiff_t i = 0; i < n; ++i) {
    const float lse_pos = lines.most_pos[i] + log(lines.sum_pos[i]), lse_neg = lines.most_neg[i] + log(lines.sum_neg[i]);
    const SetLine<float> line = set_line(formula, scales, lse_pos, lse_neg);
    lines.most_pos[i] = maximum(lse_pos, lowest), lines.most_neg[i] = maximum(lse_neg, lowest);
    lines.sum_pos[i] = line.slope_pos, lines.sum_neg[i] = line.slope_neg;
    if (value) value[i] = line.value;
    total.value += double(line.value), total.counted += line.counts;
  }
  return total;
}

// All but the formula, which is `put`.
SetResult run_set_blocks(const SetJob& job, const SetScales<float>& scales, bool along_classes,
                         SetTotal (*put)(const void* loss, SetSums lines, ptrdiff_t n, float* value), const void* loss);

template <SetLoss L>
SetResult cpu_set_loss(const L& loss, const SetJob& job) {
  return run_set_blocks(job, set_scales<float>(loss), L::along_classes,
                        [](const void* l, SetSums lines, ptrdiff_t n, float* value) {
                          return put_formula(*static_cast<const L*>(l), lines, n, value);
                        },
                        &loss);
}

}  // namespace skew
