// Layers without parameters that shrink an image: windows of ops/max_pool.h and ops/avg_pool.h, and the whole image.
#pragma once
#include <optional>

#include "models/modules/module.h"
#include "ops/pool.h"

namespace skew {

struct PoolOptions {
  std::optional<Pair> stride;     // the kernel unless given
  Pair padding = 0;               // at most half the kernel
  Pair dilation = 1;              // MaxPool2d only
  bool ceil_mode = false;         // round the number of windows up
  bool count_include_pad = true;  // AvgPool2d only
};

// (N, C, H, W) → (N, C, H', W'), as MaxPool2d{3, {.stride = 2, .padding = 1}}. Errors are the op's.
class MaxPool2d : public Module {
 public:
  explicit MaxPool2d(Pair kernel, const PoolOptions& options = {});
  Tensor forward(const Tensor& x) override;

 private:
  PoolArgs args_;
};

class AvgPool2d : public Module {
 public:
  explicit AvgPool2d(Pair kernel, const PoolOptions& options = {});
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
