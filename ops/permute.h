// Exchanging axes: permute and transpose. Elements are copied into the new row-major order; for the same elements
// under another shape without a copy see ops/reshape.h.
#pragma once
#include "core/tensor.h"
#include "ops/rearrange.h"

namespace skew {

// Axis k of the result is axis axes[k] of x. Throws ShapeError unless `axes` names every axis once (negative: from the
// back).
Tensor permute(const Tensor& x, const std::vector<ptrdiff_t>& axes);
// Two axes exchanged.
Tensor transpose(const Tensor& x, ptrdiff_t a, ptrdiff_t b);

}  // namespace skew
