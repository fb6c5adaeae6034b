// Convolution as a product of matrices: what runs where cuDNN has no engine that the rules allow, or none that fits
// into memory. All tensors in channels_last order.
#pragma once
#include "ops/conv2d.h"

namespace skew::gpu {

void multiply_forward(const Tensor& x, const Tensor& w, const Tensor& y, const Conv2dArgs& args);
void multiply_to_data(const Tensor& dx, const Tensor& w, const Tensor& dy, const Conv2dArgs& args);
void multiply_to_weights(const Tensor& x, const Tensor& dw, const Tensor& dy, const Conv2dArgs& args);

}  // namespace skew::gpu
