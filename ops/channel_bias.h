// A bias per channel and its gradient: the two slots that a transposed convolution needs beside conv2d's.
#pragma once
#include "core/kernel.h"
#include "core/tensor.h"

namespace skew {

// y[n,c,…] = x[n,c,…] + b[c]; x row-major with rank ≥ 2, b (C).
inline constinit Kernel<Tensor(const Tensor& x, const Tensor& b)> add_channel_bias{"add_channel_bias"};
// Σ over every axis but the second: (N, C, …) → (C).
inline constinit Kernel<Tensor(const Tensor& x)> sum_to_channels{"sum_to_channels"};

}  // namespace skew
