// Elements and slices of x chosen by a tensor of indices: one index an element (gather), a slice (index_select), a row
// of a table (embedding).
#pragma once
#include <optional>

#include "core/kernel.h"
#include "core/tensor.h"
#include "ops/extents.h"

namespace skew {

// y[…, i, …] = x[…, index[…, i, …], …] with the index in place of `axis`. `index` is int64 of x's rank and, but for
// `axis`, at most x's lengths; y has its shape. Repeated indices add their gradients. Throws ShapeError or DtypeError
// when it is not so, ValueError for an index outside 0 … length − 1.
Tensor gather(const Tensor& x, const Tensor& index, ptrdiff_t axis);

// y[…, k, …] = x[…, index[k], …] along `axis`; index is int64 of rank 1. Repeated indices add their gradients. Throws
// ShapeError or DtypeError for another index, ValueError for one outside 0 … length − 1.
Tensor index_select(const Tensor& x, const Tensor& index, ptrdiff_t axis);

// y[…, :] = weight[index[…], :]: index int64 of any shape, weight (words, features) → index's shape, features. Rows
// equal to `padding_index` get no gradient.
Tensor embedding(const Tensor& index, const Tensor& weight, std::optional<ptrdiff_t> padding_index = {});

// ---- slots
inline constinit Kernel<Tensor(const Tensor& x, const Tensor& index, int axis)> gather_forward{"gather_forward"};
inline constinit Kernel<Tensor(const Tensor& dy, const Tensor& index, int axis, const Shape& x)> gather_backward{
    "gather_backward"};
// x is outer × n × inner, index any shape with count K: y (outer × K × inner) of shape `y`. `op` is named
// in the error for an index outside 0 … n−1.
inline constinit Kernel<Tensor(const char* op, const Tensor& x, const Tensor& index, const Extents&, const Shape& y)>
    select_rows{"select_rows"};
// The adjoint, of shape `x`; indices equal to `skip` contribute nothing (−1: none).
inline constinit Kernel<Tensor(const Tensor& dy, const Tensor& index, const Extents&, const Shape& x, ptrdiff_t skip)>
    add_rows{"add_rows"};

}  // namespace skew
