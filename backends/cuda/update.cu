// The steps of optimisers: each one pass over a list of tensors. Kernels read the verdict where it lies and write
// nothing when it is bad; the host does not wait. The verdict itself: verdict.cu.
#include <cmath>

#include "backends/cuda/list.cuh"
#include "core/math.h"
#include "ops/optimizer_kernels.h"

namespace skew::gpu {
namespace {

// The gradient as an update takes it: clipped, its sign changed to maximise.
__device__ float clipped(const StepNumbers* numbers, bool maximize, float g) {
  const float scaled = float(numbers->clip) * g;
  return maximize ? -scaled : scaled;
}
__device__ bool is_bad(const StepNumbers* numbers) { return numbers->fault != Fault::none; }

// ---- SGD
struct SgdElements {
  float *p = nullptr, *momentum = nullptr;
  const float* g = nullptr;
  ptrdiff_t count = 0;
  float lr = 0, mu = 0, share = 0, decay = 0;
  bool nesterov = false, maximize = false, first = false;
};
void sgd(std::span<SgdItem> list, const Verdict& verdict) {
  std::vector<SgdElements> items;
  for (const SgdItem& item : list)
    items.push_back({.p = write(item.p, "sgd_update"),
                     .momentum = write(item.momentum, "sgd_update"),
                     .g = read(item.g),
                     .count = item.p.count(),
                     .lr = float(item.u.lr),
                     .mu = float(item.u.momentum),
                     .share = float(1 - item.u.dampening),
                     .decay = float(item.u.weight_decay),
                     .nesterov = item.u.nesterov,
                     .maximize = item.u.maximize,
                     .first = item.u.first});
  const StepNumbers* const numbers = verdict.address();
  each_of_list("sgd_update", items, [=] __device__(const SgdElements& t, ptrdiff_t i) {
    if (is_bad(numbers)) return;
    float d = clipped(numbers, t.maximize, t.g[i]) + t.decay * t.p[i];
    if (t.momentum) {
      const float v = t.momentum[i] = t.first ? d : t.mu * t.momentum[i] + t.share * d;
      d = t.nesterov ? d + t.mu * v : v;
    }
    t.p[i] -= t.lr * d;
  });
}

// ---- Adam
struct AdamElements {
  float *p = nullptr, *m = nullptr, *v = nullptr, *largest = nullptr;
  const float* g = nullptr;
  ptrdiff_t count = 0;
  float rate = 0, unbias = 0, beta1 = 0, rest1 = 0, beta2 = 0, rest2 = 0, eps = 0, decay = 0, shrink = 0;
  bool maximize = false;
};
void adam(std::span<AdamItem> list, const Verdict& verdict) {
  std::vector<AdamElements> items;
  for (const AdamItem& item : list) {
    const AdamUpdate& u = item.u;
    AdamElements t;
    t.p = write(item.p, "adam_update");
    t.m = write(item.m, "adam_update");
    t.v = write(item.v, "adam_update");
    t.largest = write(item.largest, "adam_update");
    t.g = read(item.g);
    t.count = item.p.count();
    t.rate = float(u.lr / (1 - std::pow(u.beta1, double(u.step))));
    t.unbias = float(1 / std::sqrt(1 - std::pow(u.beta2, double(u.step))));
    t.beta1 = float(u.beta1);
    t.rest1 = float(1 - u.beta1);
    t.beta2 = float(u.beta2);
    t.rest2 = float(1 - u.beta2);
    t.eps = float(u.eps);
    t.decay = float(u.decoupled ? 0 : u.weight_decay);
    t.shrink = float(u.decoupled ? u.lr * u.weight_decay : 0);
    t.maximize = u.maximize;
    items.push_back(t);
  }
  const StepNumbers* const numbers = verdict.address();
  each_of_list("adam_update", items, [=] __device__(const AdamElements& t, ptrdiff_t i) {
    if (is_bad(numbers)) return;
    float p = t.p[i];
    const float d = clipped(numbers, t.maximize, t.g[i]) + t.decay * p;
    p -= t.shrink * p;
    const float m = t.m[i] = t.beta1 * t.m[i] + t.rest1 * d;
    float v = t.v[i] = t.beta2 * t.v[i] + t.rest2 * d * d;
    if (t.largest) v = t.largest[i] = maximum(t.largest[i], v);
    t.p[i] = p - t.rate * m / (sqrt(v) * t.unbias + t.eps);
  });
}

// ---- RMSprop
struct RmspropElements {
  float *p = nullptr, *square = nullptr, *mean = nullptr, *momentum = nullptr;
  const float* g = nullptr;
  ptrdiff_t count = 0;
  float lr = 0, alpha = 0, rest = 0, eps = 0, decay = 0, mu = 0;
  bool maximize = false;
};
void rmsprop(std::span<RmspropItem> list, const Verdict& verdict) {
  std::vector<RmspropElements> items;
  for (const RmspropItem& item : list)
    items.push_back({.p = write(item.p, "rmsprop_update"),
                     .square = write(item.square, "rmsprop_update"),
                     .mean = write(item.mean, "rmsprop_update"),
                     .momentum = write(item.momentum, "rmsprop_update"),
                     .g = read(item.g),
                     .count = item.p.count(),
                     .lr = float(item.u.lr),
                     .alpha = float(item.u.alpha),
                     .rest = float(1 - item.u.alpha),
                     .eps = float(item.u.eps),
                     .decay = float(item.u.weight_decay),
                     .mu = float(item.u.momentum),
                     .maximize = item.u.maximize});
  const StepNumbers* const numbers = verdict.address();
  each_of_list("rmsprop_update", items, [=] __device__(const RmspropElements& t, ptrdiff_t i) {
    if (is_bad(numbers)) return;
    const float d = clipped(numbers, t.maximize, t.g[i]) + t.decay * t.p[i];
    float variance = t.square[i] = t.alpha * t.square[i] + t.rest * d * d;
    if (t.mean) {
      const float m = t.mean[i] += t.rest * (d - t.mean[i]);
      const float centred = variance - m * m;
      variance = centred < 0 ? 0 : centred;  // a constant gradient: rounding may go below 0, NaN stays NaN
    }
    float step = d / (sqrt(variance) + t.eps);
    if (t.momentum) step = t.momentum[i] = t.mu * t.momentum[i] + step;
    t.p[i] -= t.lr * step;
  });
}

// ---- Adagrad
struct AdagradElements {
  float *p = nullptr, *sum = nullptr;
  const float* g = nullptr;
  ptrdiff_t count = 0;
  float lr = 0, eps = 0, decay = 0;
  bool maximize = false;
};
void adagrad(std::span<AdagradItem> list, const Verdict& verdict) {
  std::vector<AdagradElements> items;
  for (const AdagradItem& item : list)
    items.push_back({.p = write(item.p, "adagrad_update"),
                     .sum = write(item.sum, "adagrad_update"),
                     .g = read(item.g),
                     .count = item.p.count(),
                     .lr = float(item.u.lr),
                     .eps = float(item.u.eps),
                     .decay = float(item.u.weight_decay),
                     .maximize = item.u.maximize});
  const StepNumbers* const numbers = verdict.address();
  each_of_list("adagrad_update", items, [=] __device__(const AdagradElements& t, ptrdiff_t i) {
    if (is_bad(numbers)) return;
    const float d = clipped(numbers, t.maximize, t.g[i]) + t.decay * t.p[i];
    const float s = t.sum[i] += d * d;
    t.p[i] -= t.lr * d / (sqrt(s) + t.eps);
  });
}

const bool filled = on_cuda(sgd_update, sgd) && on_cuda(adam_update, adam) && on_cuda(rmsprop_update, rmsprop) &&
                    on_cuda(adagrad_update, adagrad);

}  // namespace
}  // namespace skew::gpu
