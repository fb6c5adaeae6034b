// One pass over memory per update, in loops that the compiler vectorises, for the instruction set named by SKEW_ISA.
// The formulas stand in ops/optimizer_kernels.h, the plain version in backends/reference/update.cpp.
#include "backends/cpu/vector/update.h"

#include <cmath>

namespace skew::SKEW_ISA {
namespace {

void sgd(float* __restrict p, const float* __restrict g, float* __restrict v, ptrdiff_t n, float clip,
         const SgdUpdate& u) {
  const float sign = u.maximize ? -1.f : 1.f, decay = float(u.weight_decay), lr = float(u.lr), mu = float(u.momentum);
  if (!v) {
    for (ptrdiff_t i = 0; i < n; ++i) p[i] -= lr * (sign * (clip * g[i]) + decay * p[i]);
    return;
  }
  const float take = float(1 - u.dampening);
  const bool first = u.first, nesterov = u.nesterov;
  for (ptrdiff_t i = 0; i < n; ++i) {
    const float d = sign * (clip * g[i]) + decay * p[i];
    const float velocity = first ? d : mu * v[i] + take * d;
    v[i] = velocity;
    p[i] -= lr * (nesterov ? d + mu * velocity : velocity);
  }
}

template <bool amsgrad>
void adam_loop(float* __restrict p, const float* __restrict g, float* __restrict m, float* __restrict v,
               float* __restrict largest, ptrdiff_t n, float clip, const AdamUpdate& u) {
  const float sign = u.maximize ? -1.f : 1.f, eps = float(u.eps);
  const float decay = float(u.decoupled ? 0 : u.weight_decay), shrink = float(u.decoupled ? u.lr * u.weight_decay : 0);
  const float beta1 = float(u.beta1), rest1 = float(1 - u.beta1), beta2 = float(u.beta2), rest2 = float(1 - u.beta2);
  const float rate = float(u.lr / (1 - std::pow(u.beta1, double(u.step))));
  const float unbias = float(1 / std::sqrt(1 - std::pow(u.beta2, double(u.step))));
  for (ptrdiff_t i = 0; i < n; ++i) {
    const float d = sign * (clip * g[i]) + decay * p[i];
    const float mean = beta1 * m[i] + rest1 * d;
    float square = beta2 * v[i] + rest2 * d * d;
    m[i] = mean;
    v[i] = square;
    if constexpr (amsgrad) largest[i] = square = largest[i] < square ? square : largest[i];
    p[i] = p[i] - shrink * p[i] - rate * mean / (std::sqrt(square) * unbias + eps);
  }
}

void adam(float* p, const float* g, float* m, float* v, float* largest, ptrdiff_t n, float clip, const AdamUpdate& u) {
  (largest ? adam_loop<true> : adam_loop<false>)(p, g, m, v, largest, n, clip, u);
}

void average(float* __restrict a, const float* __restrict b, ptrdiff_t n, double decay) {
  const float take = float(1 - decay);
  for (ptrdiff_t i = 0; i < n; ++i) a[i] += take * (b[i] - a[i]);
}

// Sixteen running sums whatever the vector's length, so that all instruction sets give the same bits: the square of a
// float is exact in double.
double square_sum(const float* x, ptrdiff_t n) {
  constexpr ptrdiff_t lanes = 16;
  double sum[lanes] = {};
  ptrdiff_t i = 0;
  for (; i + lanes <= n; i += lanes)
    for (ptrdiff_t l = 0; l < lanes; ++l) sum[l] += double(x[i + l]) * double(x[i + l]);
  for (ptrdiff_t l = 0; i < n; ++i, ++l) sum[l] += double(x[i]) * double(x[i]);
  for (ptrdiff_t half = lanes / 2; half > 0; half /= 2)
    for (ptrdiff_t l = 0; l < half; ++l) sum[l] += sum[l + half];
  return sum[0];
}

void scale(float* x, ptrdiff_t n, double factor) {
  const float f = float(factor);
  for (ptrdiff_t i = 0; i < n; ++i) x[i] *= f;
}

}  // namespace

UpdateLoops update_loops() { return {sgd, adam, average, square_sum, scale}; }

}  // namespace skew::SKEW_ISA
