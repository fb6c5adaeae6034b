// The fused pass of a softmax loss over a block of rows: each row is copied into a padded buffer in the L1 cache and
// worked on by short loops that g++ vectorises. Included by one generated file per loss and compiled once per
// instruction set; the plain loop beside it is backends/reference/softmax_loss.h.
#pragma once
#include "backends/cpu/softmax_block.h"

namespace skew::SKEW_ISA {
namespace {

constexpr int lanes = int(softmax_lanes);

// ---- loops over a padded row; n is a multiple of `lanes`, reductions keep one result a lane and a fixed tree: the
// same bits from every vector length
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

bool has_nan(const float* __restrict v, int n) {
  int nan = 0;
  for (int i = 0; i < n; ++i) nan |= int(!(v[i] == v[i]));
  return nan != 0;
}

// The largest element, and where it is first.
struct Largest {
  float value;
  int at;
};
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
  int first = n - 1;
  for (int i = 0; i < n; ++i) {
    const int here = v[i] == most ? i : n;
    first = here < first ? here : first;
  }
  return {most, first};
}

// d = s·(v − largest), e = e^d but 0 at the largest, which the sum leaves out.
void powers_of_row(const float* __restrict v, float s, Largest largest, float* __restrict d, float* __restrict e,
                   int n) {
  for (int i = 0; i < n; ++i) d[i] = maximum(s * (v[i] - largest.value), lowest_log_p<float>);
  for (int i = 0; i < n; ++i) e[i] = i == largest.at ? 0.0f : exp(d[i]);
}

void scale(float* __restrict v, float factor, int n) {
  for (int i = 0; i < n; ++i) v[i] *= factor;
}

// f into d, h into h, p into e: what the formula says of each class, weighed.
template <class P, class L, class Label>
void all_classes(const L& formula, float* __restrict d, float* __restrict e, float* __restrict h,
                 const float* __restrict weights, Label label, Largest largest, SoftmaxSums<float> sums, float share,
                 int n) {
  const L loss = formula;  // a copy whose address nobody knows: its parameters become constants of the loop
  for (int i = 0; i < n; ++i) {
    const ClassOf<float> k = class_of(d[i], e[i], i == largest.at, sums);
    const Dual<float> f = evaluate_class<P>(loss, variable(k), label(i), share);
    const float w = weights[i];  // 0 behind the row's end, where p = 0 and f may be infinite
    e[i] = k.p, d[i] = w == 0.0f ? 0.0f : f.v * w, h[i] = w == 0.0f ? 0.0f : f.d * w;
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
  if (inner == 1)
    __builtin_memcpy(to, from, size_t(classes) * sizeof(float));
  else
    for (ptrdiff_t c = 0; c < classes; ++c) to[c] = from[c * inner];
  for (ptrdiff_t c = classes; c < n; ++c) to[c] = padding;
}
void store(const float* from, ptrdiff_t inner, ptrdiff_t classes, float* to) {
  if (inner == 1)
    __builtin_memcpy(to, from, size_t(classes) * sizeof(float));
  else
    for (ptrdiff_t c = 0; c < classes; ++c) to[c * inner] = from[c];
}

// ---- a few rows together: each stage runs over all of them before the next, because the stages of one row wait for
// each other (largest, sum, logarithm), and those of several rows do not
struct Row {
  ptrdiff_t row;
  int target;            // −1: probabilities
  float *v, *d, *e, *h;  // buffers: logits; distances, then f; powers, then the gradient; slopes
  Largest largest;
  SoftmaxSums<float> sums;
};

void softmax_rows(Row* rows, int count, float s, int n) {
  for (int i = 0; i < count; ++i) rows[i].largest = largest_of(rows[i].v, n);
  for (int i = 0; i < count; ++i) powers_of_row(rows[i].v, s, rows[i].largest, rows[i].d, rows[i].e, n);
  for (int i = 0; i < count; ++i) {
    const float rest = sum_of(rows[i].e, n);
    rows[i].e[rows[i].largest.at] = 1.0f;
    rows[i].sums = softmax_sums(rest);
  }
}

// Value of one row after the softmax; its gradient into e, times factor.
template <class P, class L>
float row_loss(const L& loss, const SoftmaxBlock& b, const Row& r, float factor) {
  const int n = int(b.padded);
  if (target_alone<L> || (r.target >= 0 && only_target_counts(loss))) {
    const ClassOf<float> k = class_of(r.d[r.target], r.e[r.target], r.target == r.largest.at, r.sums);
    const Dual<float> f = evaluate_class<P>(loss, variable(k), true, 0.0f);
    const float w = b.class_weights[r.target], slope = f.d * w * factor;
    scale(r.e, -slope * r.sums.inverse, n);
    r.e[r.target] = slope * k.not_p;
    return f.v * w;
  }
  if constexpr (!target_alone<L>) {
    const float share = 1.0f / float(b.rows.classes);
    if (r.target >= 0) {
      const int target = r.target;
      all_classes<P>(
          loss, r.d, r.e, r.h, b.class_weights, [=](int i) { return i == target; }, r.largest, r.sums, share, n);
    } else {
      load(b.rows.probabilities + b.rows.first(r.row), b.rows.inner, b.rows.classes, 0.0f, r.v, n);
      const float* t = r.v;
      all_classes<RealPowers>(
          loss, r.d, r.e, r.h, b.class_weights, [=](int i) { return t[i]; }, r.largest, r.sums, share, n);
    }
    through_softmax(r.e, r.h, sum_of(r.h, n), factor, n);
  }
  return sum_of(r.d, n);
}

// Kept rows, `count` of them.
template <class P, class L>
void some_rows(const L& loss, SoftmaxBlock& b, Row* rows, int count) {
  const SoftmaxRows<float>& all = b.rows;
  const int n = int(b.padded);
  for (int i = 0; i < count; ++i)
    load(all.x + all.first(rows[i].row), all.inner, all.classes, -__builtin_inff(), rows[i].v, n);
  for (int i = 0; i < count; ++i) b.bad |= has_nan(rows[i].v, n);
  if constexpr (shifts_logits<L>) {
    if constexpr (sees_softmax<L>) softmax_rows(rows, count, 1.0f, n);
    for (int i = 0; i < count; ++i)
      shift_row(loss, rows[i].v, b.class_numbers, rows[i].d, rows[i].sums.log_sum, rows[i].target, n);
  }
  const float s = float(logit_scale(loss));
  softmax_rows(rows, count, s, n);
  for (int i = 0; i < count; ++i) {
    const float value = row_loss<P>(loss, b, rows[i], s * float(all.scale));
    b.sum += double(value);
    if (all.value) all.value[rows[i].row] = value;
    if (all.gradient) store(rows[i].e, all.inner, all.classes, all.gradient + all.first(rows[i].row));
  }
}

void leave_out(SoftmaxBlock& b, ptrdiff_t row) {
  const SoftmaxRows<float>& r = b.rows;
  if (r.value) r.value[row] = 0;
  for (ptrdiff_t i = r.first(row), c = 0; c < r.classes; ++c, i += r.inner) {
    b.bad |= r.x[i] != r.x[i];
    if (r.gradient) r.gradient[i] = 0;
  }
}

}  // namespace

template <class L>
SKEW_HD void run_rows(const L& loss, SoftmaxBlock& b) {
  auto* run = b.whole_powers ? some_rows<WholePowers, L> : some_rows<RealPowers, L>;
  Row rows[softmax_group];
  const int together = int(softmax_rows_together(b.padded));
  int count = 0;
  for (ptrdiff_t row = b.begin; row < b.end; ++row) {
    if (!b.rows.kept(row)) {
      leave_out(b, row);
      continue;
    }
    float* v = b.buffers + count * softmax_buffers * b.padded;
    rows[count++] = {
        row, b.rows.index ? int(b.rows.index[row]) : -1, v, v + b.padded, v + 2 * b.padded, v + 3 * b.padded, {}, {}};
    if (count == together) run(loss, b, rows, count), count = 0;
  }
  if (count) run(loss, b, rows, count);
}

}  // namespace skew::SKEW_ISA
