// Keeping gradients from growing too large, between backward and the optimiser's step. Parameters without a gradient do
// not count. A gradient that somebody else holds too (two parameters may share one) is copied before it changes.
#pragma once
#include "core/tensor.h"

namespace skew {

// (Σ |g|^norm_type)^(1/norm_type) over all gradients, max |g| for infinity. In double; does not depend on the number of
// threads. NaN or infinite when a gradient is: look at it before a step. norm_type > 0.
double grad_norm(const Tensors& parameters, double norm_type = 2);

// Multiplies all gradients by min(1, max_norm / (total + 1e-6)) and returns total, the norm before (Pascanu et al.,
// 2013, arXiv 1211.5063). max_norm ≥ 0; infinity only measures. A total that is not finite makes the gradients so.
double clip_grad_norm(const Tensors& parameters, double max_norm, double norm_type = 2);

// Limits each element to [−limit, limit]; limit ≥ 0.
void clip_grad_value(const Tensors& parameters, double limit);

}  // namespace skew
