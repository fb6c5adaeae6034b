// In-place updates of parameters, one pass over memory each: what optimisers are made of. Not ops: no gradient, no graph.
// All tensors of a call have one layout, so the loops run flat over any order. Next: models/optim/optimizer.h.
#pragma once
#include "core/kernel.h"
#include "core/tensor.h"

namespace skew {

struct SgdUpdate {
  double lr, momentum, dampening, weight_decay;
  bool nesterov, first;  // first: the momentum buffer is empty and takes the gradient itself
};
// g += wd·p;  v = first ? g : μv + (1−dampening)g;  p −= lr·(nesterov ? g + μv : v).  momentum undefined when μ = 0.
inline constinit Kernel<void(Tensor p, const Tensor& g, Tensor momentum, const SgdUpdate&)> sgd_update{"sgd_update"};

struct AdamUpdate {
  double lr, beta1, beta2, eps, weight_decay;
  ptrdiff_t step;   // counts from 1
  bool decoupled;   // AdamW: p −= lr·wd·p; otherwise g += wd·p
};
// m = β₁m + (1−β₁)g;  v = β₂v + (1−β₂)g²;  p −= lr/(1−β₁^t) · m / (√v/√(1−β₂^t) + eps).
// largest (amsgrad) is undefined or holds the running maximum of v, used in v's place.
inline constinit Kernel<void(Tensor p, const Tensor& g, Tensor m, Tensor v, Tensor largest, const AdamUpdate&)> adam_update{
    "adam_update"};

// a ← decay·a + (1−decay)·b, for averages of weights.
inline constinit Kernel<void(Tensor a, const Tensor& b, double decay)> average_update{"average_update"};
// Σ x² in double, chunk by chunk in a fixed order; x ← factor·x.
inline constinit Kernel<double(const Tensor& x)> square_sum{"square_sum"};
inline constinit Kernel<void(Tensor x, double factor)> scale_in_place{"scale_in_place"};

}  // namespace skew
