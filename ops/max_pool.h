// The largest value of each window. Next: ops/avg_pool.h, backends/reference/max_pool.cpp.
#pragma once
#include <any>

#include "core/kernel.h"
#include "core/tensor.h"
#include "ops/pool.h"

namespace skew {

// y[n,c,i,j] = max over p, q of x[n, c, i·stride + p·dilation − padding, …], inside the image: padding never wins.
// The gradient goes to the first maximum in row order. x (N, C, H, W) → (N, C, H_out, W_out), see pool_shape.
Tensor max_pool(const Tensor& x, const PoolArgs& args);

// The largest value of each channel: (N, C, H, W) → (N, C). Throws ShapeError on an empty image.
Tensor global_max_pool(const Tensor& x);

// ---- slots
struct MaxPoolResult {
  Tensor y;
  std::any workspace;  // where each maximum was; empty unless recording
};
inline constinit Kernel<MaxPoolResult(const Tensor& x, const PoolArgs&, bool recording)> max_pool_forward{
    "max_pool_forward"};
inline constinit Kernel<Tensor(const Tensor& dy, const Tensor& x, const std::any& workspace, const PoolArgs&)>
    max_pool_backward{"max_pool_backward"};

}  // namespace skew
