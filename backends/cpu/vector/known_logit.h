// A logit whose σ(x), σ(−x) and logarithms are already there. One long loop body leaves the processor waiting for its
// own results (exp, then a division, then a logarithm, …); short loops over a strip, one for each of these, keep
// several elements in flight (RAL took 2.2 ns an element instead of 2.7 when this was measured; a loop of its own for
// ln q as well was slower). The formulas do not know: they ask for sigmoid(x) and log_sigmoid(x), here answered from
// memory.
#pragma once
#include "backends/cpu/pointwise_block.h"

namespace skew::SKEW_ISA {
namespace {

struct KnownLogit {
  float x, p, not_p, log_p, log_not_p;
  float slope;  // dx/d(logit): 1, or −1 for the negated one
};
SKEW_HD Dual<float> number(KnownLogit x) { return {x.x, x.slope}; }
SKEW_HD KnownLogit operator-(KnownLogit x) { return {-x.x, x.not_p, x.p, x.log_not_p, x.log_p, -x.slope}; }
SKEW_HD Dual<float> sigmoid(KnownLogit x) { return {x.p, x.p * x.not_p * x.slope}; }
SKEW_HD Dual<float> log_sigmoid(KnownLogit x) { return {x.log_p, x.not_p * x.slope}; }

// The strip's probabilities and logarithms. What a formula does not ask for, the compiler removes.
template <ptrdiff_t n> struct KnownLogits {
  alignas(64) float p[n], not_p[n], log1p_e[n];  // σ(x), σ(−x), ln(1+e^−|x|)

  SKEW_HD explicit KnownLogits(const float* __restrict x) {
    alignas(64) float e[n];
    for (ptrdiff_t i = 0; i < n; ++i) e[i] = exp_nonpositive(-abs(x[i]));
    for (ptrdiff_t i = 0; i < n; ++i) {
      const float near = 1.0f / (1.0f + e[i]), far = e[i] * near;  // σ(|x|), σ(−|x|)
      p[i] = x[i] < 0.0f ? far : near, not_p[i] = x[i] < 0.0f ? near : far;
    }
    for (ptrdiff_t i = 0; i < n; ++i) log1p_e[i] = log1p_unit(e[i]);
  }
  SKEW_HD KnownLogit at(ptrdiff_t i, float x) const {
    return {x, p[i], not_p[i], minimum(x, 0.0f) - log1p_e[i], minimum(-x, 0.0f) - log1p_e[i], 1.0f};
  }
};

}  // namespace
}  // namespace skew::SKEW_ISA
