// Keeping gradients from growing too large, between backward and the optimiser's step. Parameters without a gradient do
// not count. A gradient that somebody else holds too (two parameters may share one) is copied before it changes.
#pragma once
#include "core/tensor.h"
#include "ops/batch_norm.h"
#include "ops/verdict.h"

namespace skew {

// (Σ |g|^norm_type)^(1/norm_type) over all gradients, max |g| for infinity. In double; does not depend on the number of
// threads. NaN or infinite when a gradient is: look at it before a step. norm_type > 0.
double grad_norm(const Tensors& parameters, double norm_type = 2);

// Multiplies all gradients by min(1, max_norm / (total + 1e-6)) and returns total, the norm before (Pascanu et al.,
// 2013, arXiv 1211.5063). max_norm ≥ 0; infinity only measures. A total that is not finite makes the gradients so.
double clip_grad_norm(const Tensors& parameters, double max_norm, double norm_type = 2);

// A step's verdict from its loss (a scalar), the running statistics' moves and the gradients, which are left as they
// are: Optimizer::step(verdict) clips them to max_norm on the way. Nothing is read back. max_norm ≥ 0; infinity: no
// clipping.
Verdict judge(const Tensor& loss, const DeferredStatistics& statistics, const Tensors& parameters, double max_norm);

// Limits each element to [−limit, limit]; limit ≥ 0.
void clip_grad_value(const Tensors& parameters, double limit);

}  // namespace skew
