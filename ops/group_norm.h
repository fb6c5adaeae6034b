// Normalisation of each sample by itself: over groups of channels, over its last axes, over the channels at a pixel.
// Nothing runs across samples, so training and evaluation are the same. Next: backends/host/group_norm.cpp.
#pragma once
#include "core/kernel.h"
#include "core/tensor.h"

namespace skew {

// y = (x − mean)/√(variance + eps) · weight[c] + bias[c], with mean and biased variance over each sample's C/groups
// neighbouring channels and all their pixels.
//   x (N, C, …) of rank ≥ 2; weight, bias (C) or undefined (1 and 0), each on its own.
// Throws ShapeError when C is not divisible by groups or lengths do not fit, ValueError unless groups ≥ 1 and eps > 0.
Tensor group_norm(const Tensor& x, ptrdiff_t groups, const Tensor& weight = {}, const Tensor& bias = {},
                  double eps = 1e-5);

// The same with every channel a group of its own.
Tensor instance_norm(const Tensor& x, const Tensor& weight = {}, const Tensor& bias = {}, double eps = 1e-5);

// Layer normalisation, over the last axes (transformers): one group that is the whole row.
// y = (x − mean)/√(variance + eps) · weight + bias, with mean and biased variance over the last axes.
//   x (…, normalized)   weight, bias (normalized) or undefined (1 and 0), each on its own
// Throws ShapeError when x does not end in `normalized` or lengths do not fit, ValueError unless eps > 0.
Tensor layer_norm(const Tensor& x, const Shape& normalized, const Tensor& weight = {}, const Tensor& bias = {},
                  double eps = 1e-5);

// The same over C at each pixel (ConvNeXt): x (N, C, H, W), weight and bias (C) or undefined. Works on channels_last,
// where it is layer_norm over the rows; the result is in that order too unless x was row-major.
Tensor layer_norm_channels(const Tensor& x, const Tensor& weight = {}, const Tensor& bias = {}, double eps = 1e-6);

// ---- slots
// x read flat as (samples, groups, channels, inner): one mean and variance for each sample and group; weight and bias
// have groups · channels elements.
struct NormAxes {
  ptrdiff_t samples, groups, channels, inner;
  double eps;
};
struct NormResult {
  Tensor y, mean, rstd;  // y like x; (samples · groups), rstd = 1/√(variance + eps)
};
struct NormGradients {
  Tensor dx, dweight, dbias;  // dx like x; (groups · channels), undefined unless affine
};
inline constinit Kernel<NormResult(const Tensor& x, const Tensor& weight, const Tensor& bias, const NormAxes&)>
    group_norm_forward{"group_norm_forward"};
// dy, x in one order; statistics.y is undefined.
inline constinit Kernel<NormGradients(const Tensor& dy, const Tensor& x, const Tensor& weight,
                                      const NormResult& statistics, const NormAxes&, bool affine)>
    group_norm_backward{"group_norm_backward"};

}  // namespace skew
