// Layers without parameters that shrink an image: windows of ops/pool.h, and the whole image.
#pragma once
#include "models/modules/module.h"
#include "ops/pool.h"

namespace skew {

// (N, C, H, W) → (N, C, H', W'), as MaxPool2d{2} or MaxPool2d{{.kernel = 3, .stride = 2, .padding = 1}}. Errors are the
// op's.
template <Tensor (*pool)(const Tensor&, const PoolArgs&)> class Pool2d : public Module {
 public:
  explicit Pool2d(const PoolArgs& args) : args_(args) {}
  explicit Pool2d(Pair kernel) : Pool2d(PoolArgs{.kernel = kernel}) {}
  Tensor forward(const Tensor& x) override { return pool(x, args_); }

 private:
  PoolArgs args_;
};
using MaxPool2d = Pool2d<max_pool>;
using AvgPool2d = Pool2d<avg_pool>;

// The mean of each channel: (N, C, H, W) → (N, C).
struct GlobalAvgPool : Module {
  Tensor forward(const Tensor& x) override { return global_avg_pool(x); }
};

}  // namespace skew
