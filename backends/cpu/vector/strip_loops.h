// Loops over one strip of elements that know no loss: what kinds of labels it holds, its sum, its way out to memory.
// Compiled once per instruction set; used by vector/pointwise_loss.h.
#pragma once
#if defined(__SSE2__)
#include <immintrin.h>
#endif

#include "backends/cpu/pointwise_block.h"

namespace skew::SKEW_ISA {
namespace {

struct Look {
  bool bad, soft;
};
Look look_at(const float* __restrict x, const float* __restrict y) {
  int unusual = 0;
  for (ptrdiff_t i = 0; i < loss_strip; ++i) unusual |= int(!(x[i] == x[i])) | int(!((y[i] == 0.0f) | (y[i] == 1.0f)));
  if (!unusual) return {false, false};
  int bad = 0, soft = 0;
  for (ptrdiff_t i = 0; i < loss_strip; ++i) {
    bad |= int(!(x[i] == x[i])) | int(!(y[i] >= 0.0f)) | int(!(y[i] <= 1.0f));
    soft |= int(y[i] != 0.0f) & int(y[i] != 1.0f);
  }
  return {bad != 0, soft != 0};
}

// Sixteen running sums and a fixed tree: the same bits from every instruction set's own vector length.
template <class T> T sum_of(const float* v) {
  T lanes[16] = {};
  for (ptrdiff_t i = 0; i < loss_strip; i += 16)
    for (ptrdiff_t k = 0; k < 16; ++k) lanes[k] += v[i + k];
  for (ptrdiff_t half = 8; half; half /= 2)
    for (ptrdiff_t k = 0; k < half; ++k) lanes[k] += lanes[k + half];
  return lanes[0];
}

void multiply(float* __restrict a, const float* __restrict w) {
  for (ptrdiff_t i = 0; i < loss_strip; ++i) a[i] *= w[i];
}
void copy_scaled(float* __restrict to, const float* __restrict from, float factor) {
  for (ptrdiff_t i = 0; i < loss_strip; ++i) to[i] = factor * from[i];
}
// Past the cache: for gradients too large to be read back from it.
void stream_scaled(float* to, const float* from, float factor) {
#if defined(__AVX512F__)
  const __m512 factors = _mm512_set1_ps(factor);
  for (ptrdiff_t i = 0; i < loss_strip; i += 16)
    _mm512_stream_ps(to + i, _mm512_mul_ps(factors, _mm512_load_ps(from + i)));
#elif defined(__AVX__)
  const __m256 factors = _mm256_set1_ps(factor);
  for (ptrdiff_t i = 0; i < loss_strip; i += 8)
    _mm256_stream_ps(to + i, _mm256_mul_ps(factors, _mm256_load_ps(from + i)));
#elif defined(__SSE2__)
  const __m128 factors = _mm_set1_ps(factor);
  for (ptrdiff_t i = 0; i < loss_strip; i += 4) _mm_stream_ps(to + i, _mm_mul_ps(factors, _mm_load_ps(from + i)));
#else
  copy_scaled(to, from, factor);
#endif
}

}  // namespace
}  // namespace skew::SKEW_ISA
