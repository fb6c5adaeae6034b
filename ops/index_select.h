// Whole slices of x chosen by a list of indices, and the same as a table of vectors: embedding.
#pragma once
#include <optional>

#include "core/kernel.h"
#include "core/tensor.h"
#include "ops/extents.h"

namespace skew {

// y[…, k, …] = x[…, index[k], …] along `axis`; index is int64 of rank 1. Repeated indices add their gradients. Throws
// ShapeError or DtypeError for another index, ValueError for one outside 0 … length − 1.
Tensor index_select(const Tensor& x, const Tensor& index, ptrdiff_t axis);

// y[…, :] = weight[index[…], :]: index int64 of any shape, weight (words, features) → index's shape, features. Rows
// equal to `padding_index` get no gradient.
Tensor embedding(const Tensor& index, const Tensor& weight, std::optional<ptrdiff_t> padding_index = {});

// ---- slots. x is outer × n × inner, index any shape with count K: y (outer × K × inner) of shape `y`. `op` is named
// in the error for an index outside 0 … n−1.
inline constinit Kernel<Tensor(const char* op, const Tensor& x, const Tensor& index, const Extents&, const Shape& y)>
    select_rows{"select_rows"};
// The adjoint, of shape `x`; indices equal to `skip` contribute nothing (−1: none).
inline constinit Kernel<Tensor(const Tensor& dy, const Tensor& index, const Extents&, const Shape& x, ptrdiff_t skip)>
    add_rows{"add_rows"};

}  // namespace skew
