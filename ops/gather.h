// Elements of x chosen by a tensor of indices, one index an element. Whole rows: ops/index_select.h.
#pragma once
#include "core/kernel.h"
#include "core/tensor.h"

namespace skew {

// y[…, i, …] = x[…, index[…, i, …], …] with the index in place of `axis`. `index` is int64 of x's rank and, but for
// `axis`, at most x's lengths; y has its shape. Repeated indices add their gradients. Throws ShapeError or DtypeError
// when it is not so, ValueError for an index outside 0 … length − 1.
Tensor gather(const Tensor& x, const Tensor& index, ptrdiff_t axis);

// ---- slots
inline constinit Kernel<Tensor(const Tensor& x, const Tensor& index, int axis)> gather_forward{"gather_forward"};
inline constinit Kernel<Tensor(const Tensor& dy, const Tensor& index, int axis, const Shape& x)> gather_backward{
    "gather_backward"};

}  // namespace skew
