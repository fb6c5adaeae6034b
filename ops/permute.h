// Exchanging axes (permute, transpose), and turning their elements round (flip, roll). Elements are copied into the new
// row-major order; for the same elements under another shape without a copy see ops/reshape.h.
#pragma once
#include "core/tensor.h"
#include "ops/rearrange.h"

namespace skew {

// Axis k of the result is axis axes[k] of x. Throws ShapeError unless `axes` names every axis once (negative: from the
// back).
Tensor permute(const Tensor& x, const std::vector<ptrdiff_t>& axes);
// Two axes exchanged.
Tensor transpose(const Tensor& x, ptrdiff_t a, ptrdiff_t b);

// Reverses the order of elements along each of `axes` (negative: from the back; each once).
Tensor flip(const Tensor& x, const std::vector<ptrdiff_t>& axes);
// y[i] = x[(i − shift) mod length] along `axis`: what leaves at the end comes back at the beginning.
Tensor roll(const Tensor& x, ptrdiff_t shift, ptrdiff_t axis);

}  // namespace skew
