// One of two tensors, element by element.
#pragma once
#include "core/kernel.h"
#include "core/tensor.h"

namespace skew {

// y = condition ≠ 0 ? a : b; the three broadcast. `condition` has any number type and no gradient; what the other side
// holds does not matter, not even NaN.
Tensor where(const Tensor& condition, const Tensor& a, const Tensor& b);

// ---- slot: three tensors of one shape
inline constinit Kernel<Tensor(const Tensor& condition, const Tensor& a, const Tensor& b)> where_forward{
    "where_forward"};

}  // namespace skew
