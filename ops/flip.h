// Mirroring and rotating along an axis: flip and roll.
#pragma once
#include "core/tensor.h"
#include "ops/rearrange.h"

namespace skew {

// Reverses the order of elements along each of `axes` (negative: from the back; each once).
Tensor flip(const Tensor& x, const std::vector<ptrdiff_t>& axes);
// y[i] = x[(i − shift) mod length] along `axis`: what leaves at the end comes back at the beginning.
Tensor roll(const Tensor& x, ptrdiff_t shift, ptrdiff_t axis);

}  // namespace skew
