// Layer normalisation: over the last axes (transformers), or over the channels at each pixel (ConvNeXt).
// The loops are group normalisation's: one group that is the whole row. Next: ops/group_norm.h.
#pragma once
#include "core/tensor.h"

namespace skew {

// y = (x − mean)/√(variance + eps) · weight + bias, with mean and biased variance over the last axes.
//   x (…, normalized)   weight, bias (normalized) or undefined (1 and 0), each on its own
// Throws ShapeError when x does not end in `normalized` or lengths do not fit, ValueError unless eps > 0.
Tensor layer_norm(const Tensor& x, const Shape& normalized, const Tensor& weight = {}, const Tensor& bias = {},
                  double eps = 1e-5);

// The same over C at each pixel: x (N, C, H, W), weight and bias (C) or undefined. Works on channels_last, where it is
// layer_norm over the rows; the result is in that order too unless x was row-major.
Tensor layer_norm_channels(const Tensor& x, const Tensor& weight = {}, const Tensor& bias = {}, double eps = 1e-6);

}  // namespace skew
