// The slot that changes a tensor's order in memory. Core needs it (an op that reads row-major gets row-major); a
// backend fills it, because only a backend can read its own opaque orders.
#pragma once
#include "core/kernel.h"
#include "core/tensor.h"

namespace skew {

// x with its elements in the order of `layout`; same shape, type, device. Counts in stats().reorders.
inline constinit Kernel<Tensor(const Tensor& x, const Layout& layout)> reorder{"reorder"};

}  // namespace skew
