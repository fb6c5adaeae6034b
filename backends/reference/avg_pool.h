// Average pooling as loops, under a name of its own: the cpu calls them too where oneDNN counts a window's overhang.
#pragma once
#include "ops/pool.h"

namespace skew {

// avg_pool_forward and avg_pool_backward for tensors in host memory, in any order that can be made row-major.
Tensor average_windows(const Tensor& x, const PoolArgs& args);
Tensor spread_over_windows(const Tensor& dy, const Shape& x, const PoolArgs& args);

}  // namespace skew
