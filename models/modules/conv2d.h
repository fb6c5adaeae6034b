// The convolution layer: weight and bias around ops/conv2d.h. Next: modules/batch_norm2d.h.
#pragma once
#include "models/modules/module.h"
#include "ops/conv2d.h"

namespace skew {

// (N, in, H, W) → (N, out, H', W'), as Conv2d{16, 32, {.kernel = 3, .stride = 2, .padding = 1}}.
// weight (out, in/groups, kh, kw) and bias (out) start as kaiming_uniform and init_bias. Throws ValueError unless
// channels, kernel and groups are ≥ 1 and groups divides both numbers of channels.
class Conv2d : public WeightedModule {
 public:
  Conv2d(ptrdiff_t in, ptrdiff_t out, const Conv2dArgs& args);
  Tensor forward(const Tensor& x) override { return conv2d(x, weight, bias, args_); }

 private:
  Conv2dArgs args_;
};

}  // namespace skew
