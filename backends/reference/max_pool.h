// Max pooling as loops, under a name of its own: the cpu calls them too where oneDNN makes −∞ a finite number.
#pragma once
#include "ops/pool.h"

namespace skew {

// max_pool_forward and max_pool_backward for tensors in host memory, in any order that can be made row-major. The
// workspace is a Tensor.
MaxPoolResult first_maxima(const Tensor& x, const PoolArgs& args, bool recording);
Tensor to_first_maxima(const Tensor& dy, const Tensor& x, const std::any& workspace, const PoolArgs& args);

}  // namespace skew
