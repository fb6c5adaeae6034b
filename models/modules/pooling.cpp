// Pooling layers: the ops with their arguments kept.
#include "models/modules/pooling.h"

namespace skew {

Tensor MaxPool2d::forward(const Tensor& x) { return max_pool(x, args_); }
Tensor AvgPool2d::forward(const Tensor& x) { return avg_pool(x, args_); }
Tensor GlobalAvgPool::forward(const Tensor& x) { return global_avg_pool(x); }

}  // namespace skew
