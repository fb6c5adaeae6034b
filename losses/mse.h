// Mean squared error, for regression. Composed of ops, so it has no kernel of its own.
#pragma once
#include "core/tensor.h"
#include "losses/table/reduction.h"

namespace skew {

// (x − target)² reduced; both of one shape, both may want a gradient. Throws ShapeError otherwise: broadcasting here is
// a mistake more often than not.
Tensor mse(const Tensor& x, const Tensor& target, Reduction reduction = Reduction::mean);

}  // namespace skew
