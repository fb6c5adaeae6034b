// Running sums along an axis.
#pragma once
#include "core/kernel.h"
#include "core/tensor.h"
#include "ops/extents.h"

namespace skew {

// y[i] = x[0] + … + x[i] along `axis`, accumulated in double. Throws ShapeError for an axis that x lacks.
Tensor cumsum(const Tensor& x, ptrdiff_t axis);

// ---- slot; reverse sums from the end, which is the adjoint
inline constinit Kernel<Tensor(const Tensor& x, const Extents&, bool reverse)> cumsum_forward{"cumsum_forward"};

}  // namespace skew
