// Layers without parameters that shrink an image: windows of ops/pool.h and ops/pool.h, and the whole image.
#pragma once
#include "models/modules/module.h"
#include "ops/pool.h"

namespace skew {

// (N, C, H, W) → (N, C, H', W'), as MaxPool2d{2} or MaxPool2d{{.kernel = 3, .stride = 2, .padding = 1}}. Errors are the
// op's.
class MaxPool2d : public Module {
 public:
  explicit MaxPool2d(const PoolArgs& args) : args_(args) {}
  explicit MaxPool2d(Pair kernel) : MaxPool2d(PoolArgs{.kernel = kernel}) {}
  Tensor forward(const Tensor& x) override;

 private:
  PoolArgs args_;
};

class AvgPool2d : public Module {
 public:
  explicit AvgPool2d(const PoolArgs& args) : args_(args) {}
  explicit AvgPool2d(Pair kernel) : AvgPool2d(PoolArgs{.kernel = kernel}) {}
  Tensor forward(const Tensor& x) override;

 private:
  PoolArgs args_;
};

// The mean of each channel: (N, C, H, W) → (N, C).
class GlobalAvgPool : public Module {
 public:
  Tensor forward(const Tensor& x) override;
};

}  // namespace skew
