// Refusing indices before a kernel follows them.
#pragma once
#include "core/error.h"
#include "core/tensor.h"

namespace skew {

// Throws ValueError naming `op` unless every element of `index` is in 0 … length − 1.
inline void check_indices(const char* op, const Tensor& index, ptrdiff_t length) {
  const int64_t* at = index.data<int64_t>();
  for (ptrdiff_t k = 0; k < index.count(); ++k)
    if (at[k] < 0 || at[k] >= length)
      throw ValueError(text(op, ": expected indices in 0..", length - 1, ", got ", at[k], " at element ", k));
}

}  // namespace skew
