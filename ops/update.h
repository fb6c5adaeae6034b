// In-place updates of parameters, one pass over memory each: what optimisers are made of. Not ops: no gradient.
// All tensors of a call have one shape, type, device and layout (the caller sees to it: models/optim/optimizer.cpp), so
// the loops run flat over any order. With maximize the gradient changes its sign first. Next: models/optim/optimizer.h.
#pragma once
#include "core/kernel.h"
#include "core/tensor.h"

namespace skew {

struct SgdUpdate {
  double lr, momentum, dampening, weight_decay;
  bool nesterov, maximize, first;  // first: the momentum buffer is empty and takes the gradient itself
};
// g += wd·p;  v = first ? g : μv + (1−dampening)g;  p −= lr·(nesterov ? g + μv : v).  momentum undefined when μ = 0.
inline constinit Kernel<void(Tensor p, const Tensor& g, Tensor momentum, const SgdUpdate&)> sgd_update{"sgd_update"};

struct AdamUpdate {
  double lr, beta1, beta2, eps, weight_decay;
  ptrdiff_t step;             // counts from 1
  bool decoupled, maximize;   // AdamW: p −= lr·wd·p; otherwise g += wd·p
};
// m = β₁m + (1−β₁)g;  v = β₂v + (1−β₂)g²;  p −= lr/(1−β₁^t) · m / (√v/√(1−β₂^t) + eps).
// largest (amsgrad) is undefined or holds the running maximum of v, used in v's place.
inline constinit Kernel<void(Tensor p, const Tensor& g, Tensor m, Tensor v, Tensor largest, const AdamUpdate&)>
    adam_update{"adam_update"};

struct RmspropUpdate {
  double lr, alpha, eps, weight_decay, momentum;
  bool maximize;
};
// g += wd·p;  s = αs + (1−α)g²;  m = αm + (1−α)g;  u = g / (√(s − m²) + eps);  v = μv + u;  p −= lr·v.
// mean (m, centred) and momentum (v) may be undefined: then m = 0 and v = u.
inline constinit Kernel<void(Tensor p, const Tensor& g, Tensor square, Tensor mean, Tensor momentum,
                             const RmspropUpdate&)>
    rmsprop_update{"rmsprop_update"};

struct AdagradUpdate {
  double lr, eps, weight_decay;
  bool maximize;
};
// g += wd·p;  s += g²;  p −= lr·g / (√s + eps).
inline constinit Kernel<void(Tensor p, const Tensor& g, Tensor sum, const AdagradUpdate&)> adagrad_update{
    "adagrad_update"};

// a ← a + (1−decay)(b − a), for averages of weights. (In decay·a + (1−decay)·b the factors, rounded to float, do not
// add up to 1: a bias.)
inline constinit Kernel<void(Tensor a, const Tensor& b, double decay)> average_update{"average_update"};

// Σ x² in double, chunk by chunk in a fixed order; x ← factor·x.
inline constinit Kernel<double(const Tensor& x)> square_sum{"square_sum"};
inline constinit Kernel<void(Tensor x, double factor)> scale_in_place{"scale_in_place"};

// Σ |x|^power in double; max |x| for power = ∞ (NaN when x holds one). x ← min(max(x, −limit), limit), NaN stays.
inline constinit Kernel<double(const Tensor& x, double power)> power_sum{"power_sum"};
inline constinit Kernel<void(Tensor x, double limit)> clamp_in_place{"clamp_in_place"};

}  // namespace skew
