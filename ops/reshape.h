// The same elements under another shape, sharing memory: reshape, flatten, squeeze, unsqueeze. Costs nothing.
// For another order of elements see ops/permute.h.
#pragma once
#include <vector>

#include "core/tensor.h"

namespace skew {

// Row-major elements under `shape`, in which one length may be −1: whatever is left. Throws ShapeError when the counts
// differ, when two lengths are −1, or when −1 could be anything.
Tensor reshape(const Tensor& x, const std::vector<ptrdiff_t>& shape);
// Axes start … last as one; a scalar becomes [1].
Tensor flatten(const Tensor& x, ptrdiff_t start_axis = 1);
// Without an axis of length 1. Throws ShapeError when it has another length.
Tensor squeeze(const Tensor& x, ptrdiff_t axis);
// With a new axis of length 1 before `axis`; −1 appends it.
Tensor unsqueeze(const Tensor& x, ptrdiff_t axis);

}  // namespace skew
