// The way back: from a loss to the gradients of all leaves it was computed from.
#pragma once
#include "core/kernel.h"
#include "core/tensor.h"

namespace skew {

struct BackwardArgs {
  bool retain = false;  // keep what was saved, so that backward can run again
};

// Adds ∂y/∂leaf into grad() of every leaf that requires it. `dy` is the gradient of y itself; without one y must have
// a single element and dy is 1. Throws GraphError when y has no history, when its graph was already given back, or
// when a saved tensor was overwritten; ShapeError when dy does not fit.
void backward(const Tensor& y, const Tensor& dy = {}, const BackwardArgs& args = {});

// a + b for two gradients of the same tensor; may reuse a's memory when nobody else holds it.
inline constinit Kernel<Tensor(Tensor a, const Tensor& b)> add_gradients{"add_gradients"};

}  // namespace skew
