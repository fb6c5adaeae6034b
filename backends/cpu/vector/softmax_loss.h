// The fused pass of a softmax loss over a block of rows: each row is copied into a padded buffer in the L1 cache and
// worked on by short loops that g++ vectorises. Included by one generated file per loss and compiled once per
// instruction set; the plain loop beside it is backends/reference/softmax_loss.h.
#pragma once
#include "backends/cpu/softmax_block.h"

namespace skew::SKEW_ISA {
namespace {

constexpr int lanes = int(softmax_lanes);

// ---- loops over a padded row; n is a multiple of `lanes`, reductions keep one result a lane and a fixed tree: the same
// bits from every vector length
template <class F>
SKEW_HD float folded(float* lane, F join) {
  for (int k = 0; k < 8; ++k) lane[k] = join(lane[k], lane[k + 8]);  // constant lengths, or g++ makes loops of them
  for (int k = 0; k < 4; ++k) lane[k] = join(lane[k], lane[k + 4]);
  for (int k = 0; k < 2; ++k) lane[k] = join(lane[k], lane[k + 2]);
  return join(lane[0], lane[1]);
}
float sum_of(const float* __restrict v, int n) {
  float lane[lanes] = {};
  for (int i = 0; i < n; i += lanes)
    for (int k = 0; k < lanes; ++k) lane[k] += v[i + k];
  return folded(lane, [](float a, float b) { return a + b; });
}

// The largest element, where it is first, and whether there is a NaN.
struct Largest { float value; int at; bool nan; };
Largest largest_of(const float* __restrict v, int n) {
  using Lanes = float __attribute__((vector_size(lanes * sizeof(float))));  // g++ leaves a loop of maxima scalar
  Lanes m, next;
  __builtin_memcpy(&m, v, sizeof m);
  for (int i = lanes; i < n; i += lanes) {
    __builtin_memcpy(&next, v + i, sizeof next);
    m = next > m ? next : m;
  }
  float lane[lanes];
  __builtin_memcpy(lane, &m, sizeof m);
  const float most = folded(lane, [](float a, float b) { return maximum(a, b); });
  int nan = 0, first = n - 1;
  for (int i = 0; i < n; ++i) nan |= int(!(v[i] == v[i]));
  for (int i = 0; i < n; ++i) {
    const int here = v[i] == most ? i : n;
    first = here < first ? here : first;
  }
  return {most, first, nan != 0};
}

// d = s·(v − largest), e = e^d but 0 at the largest, which the sum leaves out.
void powers_of_row(const float* __restrict v, float s, Largest largest, float* __restrict d, float* __restrict e, int n) {
  for (int i = 0; i < n; ++i) d[i] = maximum(s * (v[i] - largest.value), lowest_log_p<float>);
  for (int i = 0; i < n; ++i) e[i] = i == largest.at ? 0.0f : exp(d[i]);
}

// The softmax of s·v: d, e and what is made of their sum. d may be v.
SoftmaxSums<float> softmax(const float* v, float s, Largest largest, float* d, float* e, int n) {
  powers_of_row(v, s, largest, d, e, n);
  const float rest = sum_of(e, n);
  e[largest.at] = 1.0f;
  return softmax_sums(rest);
}

void scale(float* __restrict v, float factor, int n) {
  for (int i = 0; i < n; ++i) v[i] *= factor;
}

// f into d, h into h, p into e: what the formula says of each class, weighed.
template <class P, class L, class Label>
void all_classes(const L& formula, float* __restrict d, float* __restrict e, float* __restrict h,
                 const float* __restrict weights, Label label, Largest largest, SoftmaxSums<float> sums, float share, int n) {
  const L loss = formula;  // a copy whose address nobody knows: its parameters become constants of the loop
  for (int i = 0; i < n; ++i) {
    const ClassOf<float> k = class_of(d[i], e[i], i == largest.at, sums);
    const Dual<float> f = evaluate_class<P>(loss, variable(k), label(i), share);
    e[i] = k.p, d[i] = f.v * weights[i], h[i] = f.d * weights[i];
  }
}
void through_softmax(float* __restrict e, const float* __restrict h, float h_sum, float factor, int n) {
  for (int i = 0; i < n; ++i) e[i] = (h[i] - e[i] * h_sum) * factor;
}

template <class L>
void shift_row(const L& loss, float* __restrict v, const float* __restrict numbers, const float* __restrict d,
               float log_sum, int target, int n) {
  const float target_number = numbers[target], target_log_p = d[target] - log_sum;
  for (int i = 0; i < n; ++i)
    v[i] += loss.shift(ShiftAt<float>{numbers[i], target_number, i == target, d[i] - log_sum, target_log_p});
}

// ---- a row in and out of its buffers
void load(const float* from, ptrdiff_t inner, ptrdiff_t classes, float padding, float* to, ptrdiff_t n) {
  if (inner == 1) __builtin_memcpy(to, from, size_t(classes) * sizeof(float));
  else for (ptrdiff_t c = 0; c < classes; ++c) to[c] = from[c * inner];
  for (ptrdiff_t c = classes; c < n; ++c) to[c] = padding;
}
void store(const float* from, ptrdiff_t inner, ptrdiff_t classes, float* to) {
  if (inner == 1) __builtin_memcpy(to, from, size_t(classes) * sizeof(float));
  else for (ptrdiff_t c = 0; c < classes; ++c) to[c * inner] = from[c];
}

// Value of one row; its gradient (without the reduction's factor in `factor`) into e.
template <class P, class L>
float row_loss(const L& loss, const SoftmaxBlock& b, ptrdiff_t row, float factor, bool& nan) {
  const SoftmaxRows<float>& r = b.rows;
  const int n = int(b.padded);
  float *v = b.buffers, *d = v + n, *e = d + n, *h = e + n;
  const int target = r.index ? int(r.index[row]) : -1;
  load(r.x + r.first(row), r.inner, r.classes, -__builtin_inff(), v, n);
  Largest largest = largest_of(v, n);
  nan |= largest.nan;
  if constexpr (shifts_logits<L>) {
    float log_sum = 0;
    if constexpr (sees_softmax<L>) log_sum = softmax(v, 1.0f, largest, d, e, n).log_sum;
    shift_row(loss, v, b.class_numbers, d, log_sum, target, n);
    largest = largest_of(v, n);
  }
  const float s = float(logit_scale(loss));
  const SoftmaxSums<float> sums = softmax(v, s, largest, d, e, n);
  if (target_alone<L> || (r.index && only_target_counts(loss))) {
    const ClassOf<float> k = class_of(d[target], e[target], target == largest.at, sums);
    const Dual<float> f = evaluate_class<P>(loss, variable(k), true, 0.0f);
    const float w = b.class_weights[target], slope = f.d * w * s * factor;
    scale(e, -slope * sums.inverse, n);
    e[target] = slope * k.not_p;
    return f.v * w;
  }
  if constexpr (!target_alone<L>) {
    const float share = 1.0f / float(r.classes);
    if (r.index) {
      all_classes<P>(loss, d, e, h, b.class_weights, [=](int i) { return i == target; }, largest, sums, share, n);
    } else {
      load(r.probabilities + r.first(row), r.inner, r.classes, 0.0f, v, n);
      const float* t = v;
      all_classes<RealPowers>(loss, d, e, h, b.class_weights, [=](int i) { return t[i]; }, largest, sums, share, n);
    }
    through_softmax(e, h, sum_of(h, n), s * factor, n);
  }
  return sum_of(d, n);
}

}  // namespace

template <class L>
SKEW_HD void run_rows(const L& loss, SoftmaxBlock& b) {
  const SoftmaxRows<float>& r = b.rows;
  auto* run = b.whole_powers ? row_loss<WholePowers, L> : row_loss<RealPowers, L>;
  for (ptrdiff_t row = b.begin; row < b.end; ++row) {
    float* e = b.buffers + 2 * b.padded;
    float value = 0;
    if (r.kept(row)) value = run(loss, b, row, float(r.scale), b.bad);
    else {
      for (ptrdiff_t c = 0; c < r.classes; ++c) {
        e[c] = 0;
        b.bad |= r.x[r.first(row) + c * r.inner] != r.x[r.first(row) + c * r.inner];
      }
    }
    b.sum += double(value);
    if (r.value) r.value[row] = value;
    if (r.gradient) store(e, r.inner, r.classes, r.gradient + r.first(row));
  }
}

}  // namespace skew::SKEW_ISA
