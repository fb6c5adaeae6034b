// Sixteen floats in the processor's own vectors, for reductions that g++ would leave scalar. Sixteen whatever the
// vector length, so that every instruction set adds in the same order; not one vector type of sixteen, because g++
// takes vectors longer than the processor's apart element by element.
#pragma once
#include "core/math.h"

namespace skew::SKEW_ISA {
namespace {

constexpr int lanes = 16;
#if defined(__AVX512F__)
constexpr int width = 16;
#elif defined(__AVX__)
constexpr int width = 8;
#else
constexpr int width = 4;
#endif
constexpr int parts = lanes / width;
using Floats = float __attribute__((vector_size(width * sizeof(float))));
using Places = int __attribute__((vector_size(width * sizeof(int))));  // and the results of comparisons

SKEW_HD Floats floats_at(const float* v) {
  Floats f;
  __builtin_memcpy(&f, v, sizeof f);
  return f;
}

struct Lanes {
  Floats part[parts] = {};
};
SKEW_HD Lanes lanes_at(const float* v) {
  Lanes l;
  for (int k = 0; k < parts; ++k) l.part[k] = floats_at(v + k * width);
  return l;
}
SKEW_HD Lanes larger(const Lanes& a, const Lanes& b) {  // b where neither is: a NaN in b stays
  Lanes l;
  for (int k = 0; k < parts; ++k) l.part[k] = a.part[k] > b.part[k] ? a.part[k] : b.part[k];
  return l;
}
SKEW_HD void operator+=(Lanes& a, const Lanes& b) {
  for (int k = 0; k < parts; ++k) a.part[k] += b.part[k];
}

// The lanes joined by a fixed tree.
template <class F> SKEW_HD float folded(const Lanes& l, F join) {
  float lane[lanes];
  for (int k = 0; k < parts; ++k) __builtin_memcpy(lane + k * width, &l.part[k], sizeof(Floats));
  for (int k = 0; k < 8; ++k) lane[k] = join(lane[k], lane[k + 8]);  // constant lengths, or g++ makes loops of them
  for (int k = 0; k < 4; ++k) lane[k] = join(lane[k], lane[k + 4]);
  for (int k = 0; k < 2; ++k) lane[k] = join(lane[k], lane[k + 2]);
  return join(lane[0], lane[1]);
}
SKEW_HD float sum_of(const Lanes& l) {
  return folded(l, [](float a, float b) { return a + b; });
}
SKEW_HD float largest_of(const Lanes& l) {
  return folded(l, [](float a, float b) { return maximum(a, b); });
}

}  // namespace
}  // namespace skew::SKEW_ISA
