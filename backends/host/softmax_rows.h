// The rows of a softmax job as plain pointers: what the reference's and the cpu's kernels share. A row is one position
// of (N, …): its C logits lie `inner` apart, the product of the axes behind the classes.
#pragma once
#include <cstddef>
#include <cstdint>

#include "core/math.h"

namespace skew {

template <class T> struct SoftmaxRows {
  const T *x, *probabilities, *class_weights, *class_numbers, *mask;  // null where the job has none
  const int64_t* index;                                               // null: probabilities
  T *value, *gradient;                                                // value: of each row, for reduction none
  ptrdiff_t batch, classes, inner;
  bool ignores;
  int64_t ignored;
  double scale;  // of the reduction

  SKEW_HD ptrdiff_t count() const { return batch * inner; }
  SKEW_HD ptrdiff_t first(ptrdiff_t row) const { return row / inner * classes * inner + row % inner; }
  SKEW_HD bool kept(ptrdiff_t row) const {
    return !(mask && mask[row] == T(0)) && !(ignores && index && index[row] == ignored);
  }
};

}  // namespace skew
