// One block of rows of a log-sum-exp loss on the cpu: the plain data that passes between the dispatcher
// (logsumexp_loss.h, any processor) and the loops (vector/logsumexp_loss.cpp, compiled once per instruction set). No
// formula in it: a loss is one of two log-sum-exps a line, and what it makes of them is worked out line by line,
// between the two loops.
#pragma once
#include <cstddef>

#include "backends/cpu/isa.h"
#include "losses/kinds/logsumexp/formula.h"

namespace skew {

// Rows are worked on in buffers padded to whole lanes, columns in strips whose buffers stay in the L1 cache.
inline constexpr ptrdiff_t logsumexp_lanes = 16, logsumexp_strip = 256;

// Two log-sum-exps of each of some lines as largest exponent and Σ e^(exponent − largest); a line without positives or
// negatives has the lowest number and 0. What the formula makes of a line takes their places, for the gradient:
// ln Σ e^exponent (kept finite) and the slope, times the reduction's factor.
struct LineSums {
  float *most_pos, *most_neg, *sum_pos, *sum_neg;
  SKEW_HD LineSums from(ptrdiff_t i) const { return {most_pos + i, most_neg + i, sum_pos + i, sum_neg + i}; }
};

struct LogSumExpBlock {
  const float *x, *y, *class_weights, *mask, *weights;  // [N, C], class_weights [C]; null where the job has none
  ptrdiff_t classes, padded;                            // padded: C rounded up to whole lanes
  ptrdiff_t begin, end;                                 // the block's rows
  LineScales<float> scales;
  bool along_classes;
  LineSums rows, columns;  // of all rows; of the classes in this block's rows, `padded` of them
  float* buffers;          // of logsumexp_rows_together rows: 2 · padded each
  float* gradient;         // [N, C]
  bool bad;                // result: a NaN logit, or a known target outside [0, 1]
};
// Rows whose exponents wait in the L2 cache for the columns' sums.
SKEW_HD constexpr ptrdiff_t logsumexp_rows_together(ptrdiff_t padded) {
  const ptrdiff_t fit = (1 << 15) / (padded < 1 ? 1 : padded);
  return fit < 4 ? 4 : fit > 64 ? 64 : fit;
}

struct LogSumExpLoops {
  void (*sums)(LogSumExpBlock& block);            // fills the block's rows' and columns' sums
  void (*gradient)(const LogSumExpBlock& block);  // from what the formula made of the lines
};
SKEW_PER_ISA(LogSumExpLoops logsumexp_loops();)

}  // namespace skew
