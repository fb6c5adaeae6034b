#include "models/modules/pooling.h"

#include "ops/avg_pool.h"
#include "ops/max_pool.h"

namespace skew {
namespace {

PoolArgs args_of(Pair kernel, const PoolOptions& options) {
  return {kernel,           options.stride.value_or(kernel), options.padding, options.dilation,
          options.ceil_mode, options.count_include_pad};
}

}  // namespace

MaxPool2d::MaxPool2d(Pair kernel, const PoolOptions& options) : args_(args_of(kernel, options)) {}
Tensor MaxPool2d::forward(const Tensor& x) { return max_pool(x, args_); }

AvgPool2d::AvgPool2d(Pair kernel, const PoolOptions& options) : args_(args_of(kernel, options)) {}
Tensor AvgPool2d::forward(const Tensor& x) { return avg_pool(x, args_); }

Tensor GlobalAvgPool::forward(const Tensor& x) { return global_avg_pool(x); }

}  // namespace skew
