// A part of a tensor along one axis, with a step. Copies; the part does not share x's memory.
#pragma once
#include <optional>

#include "core/tensor.h"
#include "ops/rearrange.h"

namespace skew {

// As in Python: start inclusive, stop exclusive, negative ones count from the back, ends outside x are moved to its
// ends, absent means from or to the end.
struct SliceArgs {
  ptrdiff_t axis = 0;
  std::optional<ptrdiff_t> start, stop;
  ptrdiff_t step = 1;  // ≥ 1; to reverse, see flip
};

// y[…, i, …] = x[…, start + i·step, …]. Throws ShapeError for an axis x lacks, ValueError for a step < 1.
Tensor slice(const Tensor& x, const SliceArgs& args);

}  // namespace skew
