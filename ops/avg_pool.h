// The mean of each window: of a fixed size, of a size that fits a wanted output, or of the whole image.
// Next: ops/max_pool.h, backends/reference/avg_pool.cpp.
#pragma once
#include "core/kernel.h"
#include "core/tensor.h"
#include "ops/pool.h"

namespace skew {

// y[n,c,i,j] = Σ x over the window / d, with x = 0 in the padding. d counts the window's elements: those inside the
// padded image, or with count_include_pad = false those inside the image. No dilation.
// x (N, C, H, W) → (N, C, H_out, W_out), see pool_shape.
Tensor avg_pool(const Tensor& x, const PoolArgs& args);

// As many windows as wanted: number i of o spans rows [⌊i·H/o⌋, ⌈(i+1)·H/o⌉), columns alike.
// x (N, C, H, W) → (N, C, output). Throws ValueError unless output ≥ 1, ShapeError on an empty image.
Tensor adaptive_avg_pool(const Tensor& x, Pair output);

// The mean of each channel: (N, C, H, W) → (N, C). Throws ShapeError on an empty image.
Tensor global_avg_pool(const Tensor& x);

// ---- slots
inline constinit Kernel<Tensor(const Tensor& x, const PoolArgs&)> avg_pool_forward{"avg_pool_forward"};
inline constinit Kernel<Tensor(const Tensor& dy, const Shape& x, const PoolArgs&)> avg_pool_backward{
    "avg_pool_backward"};
// Row-major only.
inline constinit Kernel<Tensor(const Tensor& x, Pair output)> adaptive_avg_pool_forward{"adaptive_avg_pool_forward"};
inline constinit Kernel<Tensor(const Tensor& dy, const Shape& x, Pair output)> adaptive_avg_pool_backward{
    "adaptive_avg_pool_backward"};

}  // namespace skew
