// Repeating along axes of length 1, and the sum that undoes it: broadcasting as an op, and as two functions for ops
// that broadcast inside.
#pragma once
#include <vector>

#include "core/tensor.h"

namespace skew {

// x repeated to `shape` by NumPy's rule: aligned from the back, axes of length 1 and missing ones repeat; −1 keeps a
// length. Throws ShapeError when another length would change.
Tensor expand(const Tensor& x, const std::vector<ptrdiff_t>& shape);

// The same for op implementations: not recorded, x itself when nothing repeats. Any number type.
Tensor expand_to(const Tensor& x, const Shape& shape);
// The adjoint, not recorded: sums t over what expand_to repeated to come from `shape`. Row-major t, floating types.
Tensor sum_to(const Tensor& t, const Shape& shape);

}  // namespace skew
