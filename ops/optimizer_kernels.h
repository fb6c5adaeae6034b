// In-place updates of parameters: what optimisers, averages and clipping are made of. Not ops: no gradient.
// Every slot takes a list and makes one pass over all of it. All tensors of an item have one shape, type, device and
// layout, and all items one device (the caller sees to it: models/optim/optimizer.cpp), so the loops run flat over any
// order. With maximize the gradient changes its sign first. Next: models/optim/optimizer.h.
#pragma once
#include <span>

#include "core/kernel.h"
#include "core/tensor.h"
#include "ops/batch_norm.h"
#include "ops/verdict.h"

namespace skew {

// ---- a step of each optimiser: g is multiplied by the verdict's clip first, and nothing is written when it is bad
struct SgdUpdate {
  double lr, momentum, dampening, weight_decay;
  bool nesterov, maximize, first;  // first: the momentum buffer is empty and takes the gradient itself
};
// g += wd·p;  v = first ? g : μv + (1−dampening)g;  p −= lr·(nesterov ? g + μv : v).  momentum undefined when μ = 0.
struct SgdItem {
  Tensor p, g, momentum;
  SgdUpdate u;
};
inline constinit Kernel<void(std::span<SgdItem>, const Verdict&)> sgd_update{"sgd_update"};

struct AdamUpdate {
  double lr, beta1, beta2, eps, weight_decay;
  ptrdiff_t step;            // counts from 1
  bool decoupled, maximize;  // AdamW: p −= lr·wd·p; otherwise g += wd·p
};
// m = β₁m + (1−β₁)g;  v = β₂v + (1−β₂)g²;  p −= lr/(1−β₁^t) · m / (√v/√(1−β₂^t) + eps).
// largest (amsgrad) is undefined or holds the running maximum of v, used in v's place.
struct AdamItem {
  Tensor p, g, m, v, largest;
  AdamUpdate u;
};
inline constinit Kernel<void(std::span<AdamItem>, const Verdict&)> adam_update{"adam_update"};

struct RmspropUpdate {
  double lr, alpha, eps, weight_decay, momentum;
  bool maximize;
};
// g += wd·p;  s = αs + (1−α)g²;  m = αm + (1−α)g;  u = g / (√(s − m²) + eps);  v = μv + u;  p −= lr·v.
// mean (m, centred) and momentum (v) may be undefined: then m = 0 and v = u.
struct RmspropItem {
  Tensor p, g, square, mean, momentum;
  RmspropUpdate u;
};
inline constinit Kernel<void(std::span<RmspropItem>, const Verdict&)> rmsprop_update{"rmsprop_update"};

struct AdagradUpdate {
  double lr, eps, weight_decay;
  bool maximize;
};
// g += wd·p;  s += g²;  p −= lr·g / (√s + eps).
struct AdagradItem {
  Tensor p, g, sum;
  AdagradUpdate u;
};
inline constinit Kernel<void(std::span<AdagradItem>, const Verdict&)> adagrad_update{"adagrad_update"};

// ---- the verdict
// Fills it from the loss (a scalar), from what the moves would make of the running statistics, and from the gradients'
// Euclidean norm, summed in double, chunk by chunk in a fixed order. max_norm is infinite without clipping.
inline constinit Kernel<void(const Tensor& loss, std::span<const StatisticsMove> moves, Inputs gradients,
                             double max_norm, const Verdict&)>
    judge_step{"judge_step"};

// ---- averages, norms, clipping
struct AverageItem {
  Tensor average, value;
};
// a ← a + (1−decay)(b − a), for averages of weights. (In decay·a + (1−decay)·b the factors, rounded to float, do not
// add up to 1: a bias.)
inline constinit Kernel<void(std::span<AverageItem>, double decay)> average_update{"average_update"};

// Σ |x|^power over all elements, in double and in a fixed order; max |x| for power = ∞ (NaN when there is one).
inline constinit Kernel<double(Inputs, double power)> power_sum{"power_sum"};
inline constinit Kernel<void(std::span<Tensor>, double factor)> scale_in_place{"scale_in_place"};  // x ← factor·x
// x ← min(max(x, −limit), limit), NaN stays.
inline constinit Kernel<void(std::span<Tensor>, double limit)> clamp_in_place{"clamp_in_place"};

}  // namespace skew
