// The fused pass of a pointwise loss over one block of elements, in strips of 256: value and gradient from loops that
// g++ vectorises, because the formulas are branch-free. Included by one generated file per loss and compiled once per
// instruction set; the plain loop beside it is backends/reference/pointwise_loss.h.
#pragma once
#include <type_traits>
#if defined(__SSE2__)
#include <immintrin.h>
#endif

#include "backends/cpu/loss_block.h"
#include "backends/cpu/vector/known_logit.h"

namespace skew::SKEW_ISA {
namespace {

// ---- one strip: v[i] = ℓ(x[i], y[i]), g[i] = ∂ℓ/∂x; first, second, row: ElementNumbers, where the loss
// takes them. Constant length, local arrays: no remainder loop, no aliasing.
template <class P, bool hard, class L>
__attribute__((noinline)) void strip(const L& loss, const float* __restrict x, const float* __restrict y,
                                     const float* __restrict first, const float* __restrict second,
                                     const float* __restrict row, float* __restrict v, float* __restrict g) {
  const KnownLogits known(x);
  auto numbers_at = [&](ptrdiff_t i) {
    ElementNumbers<float> numbers;
    if constexpr (HasNumbers<L>) numbers.first = first[i];
    if constexpr (has_second_number<L>) numbers.second = second[i];
    if constexpr (has_row_number<L>) numbers.row = row[i];
    return numbers;
  };
  auto each = [&](const auto& formula) {
    [[maybe_unused]] alignas(64) float prepared[2][has_prepared_numbers<L> ? loss_strip : 1];
    if constexpr (has_prepared_numbers<L>)
      for (ptrdiff_t i = 0; i < loss_strip; ++i) {
        const ElementNumbers<float> numbers = formula.prepared(numbers_at(i));
        prepared[0][i] = numbers.first, prepared[1][i] = numbers.second;
      }
    [[maybe_unused]] auto numbers_for = [&](ptrdiff_t i) {
      if constexpr (has_prepared_numbers<L>)
        return ElementNumbers<float>(prepared[0][i], prepared[1][i]);
      else return numbers_at(i);
    };
    if constexpr (hard && has_own_logit<L>) {
      alignas(64) float t[loss_strip], slope[loss_strip];
      for (ptrdiff_t i = 0; i < loss_strip; ++i) {
        const Dual<float> of_x = formula.logit(variable(x[i]), y[i] > 0.5f, numbers_for(i));
        t[i] = of_x.v, slope[i] = of_x.d;
      }
      const KnownLogits known_t(t);
      for (ptrdiff_t i = 0; i < loss_strip; ++i) {
        KnownLogit logit = known_t.at(i, t[i]);
        logit.slope = slope[i];
        const Dual<float> l = formula.template at_logit<P>(logit, y[i] > 0.5f, numbers_for(i));
        v[i] = l.v, g[i] = l.d;
      }
      return;
    }
    for (ptrdiff_t i = 0; i < loss_strip; ++i) {
      const KnownLogit logit = known.at(i, x[i]);
      std::conditional_t<hard, bool, float> label;
      if constexpr (hard) label = y[i] > 0.5f;
      else label = y[i];
      Dual<float> l;
      if constexpr (has_prepared_numbers<L>) l = formula.template value<P>(logit, label, numbers_for(i));
      else l = evaluate<P>(formula, logit, label, numbers_at(i));
      v[i] = l.v, g[i] = l.d;
    }
  };
  if constexpr (std::is_trivially_copyable_v<L>) {
    const L formula = loss;  // a copy whose address nobody knows: its parameters become constants of the loop
    each(formula);
  } else {
    each(loss);
  }
}

struct Look { bool bad, soft; };
Look look_at(const float* __restrict x, const float* __restrict y) {
  int bad = 0, soft = 0;
  for (ptrdiff_t i = 0; i < loss_strip; ++i) {
    bad |= int(!(x[i] == x[i])) | int(!(y[i] >= 0.0f)) | int(!(y[i] <= 1.0f));
    soft |= int(y[i] != 0.0f) & int(y[i] != 1.0f);
  }
  return {bad != 0, soft != 0};
}

// Sixteen running sums and a fixed tree: the same bits from every instruction set's own vector length.
float sum_of(const float* v) {
  float lanes[16] = {};
  for (ptrdiff_t i = 0; i < loss_strip; i += 16)
    for (ptrdiff_t k = 0; k < 16; ++k) lanes[k] += v[i + k];
  for (ptrdiff_t half = 8; half; half /= 2)
    for (ptrdiff_t k = 0; k < half; ++k) lanes[k] += lanes[k + half];
  return lanes[0];
}

void scale(float* __restrict g, float factor) {
  for (ptrdiff_t i = 0; i < loss_strip; ++i) g[i] *= factor;
}
void multiply(float* __restrict a, const float* __restrict w) {
  for (ptrdiff_t i = 0; i < loss_strip; ++i) a[i] *= w[i];
}
void copy(float* __restrict to, const float* __restrict from) {
  for (ptrdiff_t i = 0; i < loss_strip; ++i) to[i] = from[i];
}
// Past the cache: for gradients too large to be read back from it.
void stream(float* to, const float* from) {
#if defined(__AVX512F__)
  for (ptrdiff_t i = 0; i < loss_strip; i += 16) _mm512_stream_ps(to + i, _mm512_load_ps(from + i));
#elif defined(__AVX__)
  for (ptrdiff_t i = 0; i < loss_strip; i += 8) _mm256_stream_ps(to + i, _mm256_load_ps(from + i));
#elif defined(__SSE2__)
  for (ptrdiff_t i = 0; i < loss_strip; i += 4) _mm_stream_ps(to + i, _mm_load_ps(from + i));
#else
  copy(to, from);
#endif
}

// ---- a whole strip of the block, or its last few elements padded with harmless ones
template <class L>
void run_strip(const L& loss, LossBlock& b, ptrdiff_t first) {
  alignas(64) float v[loss_strip], g[loss_strip];
  const Look look = look_at(b.x + first, b.y + first);
  b.bad |= look.bad;
  auto* run = look.soft ? strip<RealPowers, false, L>
              : b.powers == Powers::whole ? strip<WholePowers, true, L> : strip<RealPowers, true, L>;
  if constexpr (requires { L::has_series; })
    if (b.powers == Powers::series) run = look.soft ? strip<SeriesPowers, false, L> : strip<SeriesPowers, true, L>;
  auto at = [&](const float* numbers) { return numbers ? numbers + first : nullptr; };
  run(loss, b.x + first, b.y + first, at(b.first), at(b.second), at(b.row), v, g);
  if (b.weight) multiply(v, b.weight + first), multiply(g, b.weight + first);
  b.sum += double(sum_of(v));
  if (b.value) copy(b.value + first, v);
  if (!b.gradient) return;
  scale(g, b.gradient_scale);
  if (b.stream) stream(b.gradient + first, g);
  else copy(b.gradient + first, g);
}

template <class L>
void run_rest(const L& loss, LossBlock& b, ptrdiff_t first) {
  const ptrdiff_t rest = b.n - first;
  alignas(64) float x[loss_strip] = {}, y[loss_strip] = {}, w[loss_strip] = {};
  alignas(64) float numbers[3][loss_strip];
  alignas(64) float value[loss_strip], gradient[loss_strip];
  for (ptrdiff_t i = 0; i < rest; ++i) {
    x[i] = b.x[first + i], y[i] = b.y[first + i];
    w[i] = b.weight ? b.weight[first + i] : 1.0f;  // 0 behind the end: adds nothing to the sum
  }
  LossBlock padded = b;
  padded.x = x, padded.y = y, padded.weight = w, padded.n = loss_strip;
  const float** const pointers[] = {&padded.first, &padded.second, &padded.row};
  for (int k = 0; k < 3; ++k) {
    if (!*pointers[k]) continue;
    for (ptrdiff_t i = 0; i < loss_strip; ++i) numbers[k][i] = i < rest ? (*pointers[k])[first + i] : 1.0f;
    *pointers[k] = numbers[k];
  }
  padded.value = value, padded.gradient = gradient, padded.stream = false;
  run_strip(loss, padded, 0);
  b.sum = padded.sum, b.bad = padded.bad;
  for (ptrdiff_t i = 0; i < rest && b.value; ++i) b.value[first + i] = value[i];
  for (ptrdiff_t i = 0; i < rest && b.gradient; ++i) b.gradient[first + i] = gradient[i];
}

}  // namespace

template <class L>
SKEW_HD void run_block(const L& loss, LossBlock& b) {
  ptrdiff_t first = 0;
  for (; first + loss_strip <= b.n; first += loss_strip) run_strip(loss, b, first);
  if (first < b.n) run_rest(loss, b, first);
#if defined(__SSE2__)
  if (b.stream) _mm_sfence();
#endif
}

}  // namespace skew::SKEW_ISA
