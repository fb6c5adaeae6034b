// Repeating along axes of length 1: broadcasting as an op, and as a function for ops that broadcast inside. The sum
// that undoes it is sum_to_shape (ops/arithmetic.h).
#pragma once
#include <vector>

#include "core/tensor.h"

namespace skew {

// x repeated to `shape` by NumPy's rule: aligned from the back, axes of length 1 and missing ones repeat; −1 keeps a
// length. Throws ShapeError when another length would change.
Tensor expand(const Tensor& x, const std::vector<ptrdiff_t>& shape);

// The same for op implementations: not recorded, x itself when nothing repeats. Any number type.
Tensor expand_to(const Tensor& x, const Shape& shape);

}  // namespace skew
