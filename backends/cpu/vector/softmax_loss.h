// The fused pass of a softmax loss over a block of rows: each row is copied into a padded buffer in the L1 cache and
// worked on by short loops that g++ vectorises. Included by one generated file per loss and compiled once per
// instruction set; the plain loop beside it is backends/reference/softmax_loss.h.
#pragma once
#include "backends/cpu/softmax_block.h"
#include "backends/cpu/vector/lanes.h"

namespace skew::SKEW_ISA {
namespace {

static_assert(lanes == softmax_lanes);

// ---- loops over a padded row; n is a multiple of `lanes`, reductions keep one result a lane and a fixed tree: the
// same bits from every vector length
float sum_of(const float* v, int n) {
  Lanes sum;
  for (int i = 0; i < n; i += lanes) sum += lanes_at(v + i);
  return sum_of(sum);
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
Largest largest_of(const float* v, int n) {
  Lanes most = lanes_at(v);
  Places place, at[parts];  // where a lane's largest is first
  for (int k = 0; k < width; ++k) place[k] = k;
  for (int k = 0; k < parts; ++k) at[k] = place + k * width;
  for (int i = lanes; i < n; i += lanes)
    for (int k = 0; k < parts; ++k) {
      const Floats next = floats_at(v + i + k * width);
      const Places more = next > most.part[k], here = place + (i + k * width);
      most.part[k] = more ? next : most.part[k], at[k] = more ? here : at[k];
    }
  const float value = largest_of(most);
  Floats all;
  for (int k = 0; k < width; ++k) all[k] = value;  // not Floats{} + value, where a denormal is flushed to 0
  Places first = Places{} + (n - 1);
  for (int k = 0; k < parts; ++k) {
    const Places here = most.part[k] == all ? at[k] : first;
    first = here < first ? here : first;
  }
  int least = first[0];
  for (int k = 1; k < width; ++k) least = first[k] < least ? first[k] : least;
  return {value, least};
}

float distance(float v, float s, Largest largest) { return maximum(s * (v - largest.value), lowest_log_p<float>); }

// d = s·(v − largest), where it is kept, and e = e^d. Returns Σe.
template <bool keep_d>
float powers_of_row(const float* __restrict v, float s, Largest largest, float* __restrict d, float* __restrict e,
                    int n) {
  for (int i = 0; i < n; ++i) {
    const float distant = distance(v[i], s, largest);
    if constexpr (keep_d) d[i] = distant;
    e[i] = exp_nonpositive(distant);
  }
  return sum_of(e, n);
}

// f into d, h into h, p into e: what the formula says of each class, weighed.
template <class P, class L, class Label>
void all_classes(const KernelOf<L>& formula, float* __restrict d, float* __restrict e, float* __restrict h,
                 const float* __restrict weights, Label label, Largest largest, SoftmaxSums<float> sums, float share,
                 int n) {
  const KernelOf<L> loss = formula;  // a copy whose address nobody knows: its parameters become constants of the loop
  for (int i = 0; i < n; ++i) {
    const ClassOf<float> k = class_of(d[i], e[i], i == largest.at, sums);
    const Dual<float> f = evaluate_class<P, L>(loss, variable(k), label(i), share);
    const float w = weights[i];  // 0 behind the row's end, where p = 0 and f may be infinite
    e[i] = k.p, d[i] = w == 0.0f ? 0.0f : f.v * w, h[i] = w == 0.0f ? 0.0f : f.d * w;
  }
}
[[maybe_unused]] void through_softmax(float* __restrict e, const float* __restrict h, float h_sum, int n) {
  for (int i = 0; i < n; ++i) e[i] = h[i] - e[i] * h_sum;
}

template <class L>
void shift_row(const KernelOf<L>& loss, float* __restrict v, const float* __restrict numbers, const float* __restrict d,
               float log_sum, int target, int n) {
  const float target_number = numbers[target], target_log_p = d[target] - log_sum;
  for (int i = 0; i < n; ++i)
    v[i] += loss.shift(ShiftAt<float>{numbers[i], target_number, i == target, d[i] - log_sum, target_log_p});
}

// ---- a row in and out of its buffers
void load(const float* from, ptrdiff_t inner, ptrdiff_t classes, float padding, float* to, ptrdiff_t n) {
  if (inner == 1) __builtin_memcpy(to, from, size_t(classes) * sizeof(float));
  else
    for (ptrdiff_t c = 0; c < classes; ++c) to[c] = from[c * inner];
  for (ptrdiff_t c = classes; c < n; ++c) to[c] = padding;
}
// A row's gradient: factor·g, but `own` for the class of the target where that is not −1.
void store(const SoftmaxBlock& b, ptrdiff_t row, const float* __restrict g, float factor, int target, float own) {
  const ptrdiff_t classes = b.rows.classes, inner = b.rows.inner;
  float* __restrict to = b.rows.gradient + b.rows.first(row);
  if (inner == 1)
    for (ptrdiff_t c = 0; c < classes; ++c) to[c] = factor * g[c];
  else
    for (ptrdiff_t c = 0; c < classes; ++c) to[c * inner] = factor * g[c];
  if (target >= 0) to[target * inner] = own;
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

template <bool keep_d> void softmax_rows(Row* rows, int count, float s, ptrdiff_t classes, int n) {
  float rest[softmax_group];
  for (int i = 0; i < count; ++i) rows[i].largest = largest_of(rows[i].v, n);
  for (int i = 0; i < count; ++i)
    if (settle_infinities(rows[i].largest.value, rows[i].v, classes)) rows[i].largest.value = 0;
  // The sum leaves the largest out, whose power of 1 would swallow the others': for as long as it runs, that is 0.
  for (int i = 0; i < count; ++i) rows[i].v[rows[i].largest.at] = -__builtin_inff();
  for (int i = 0; i < count; ++i)
    rest[i] = powers_of_row<keep_d>(rows[i].v, s, rows[i].largest, rows[i].d, rows[i].e, n);
  for (int i = 0; i < count; ++i) {
    const Largest largest = rows[i].largest;
    rows[i].v[largest.at] = largest.value, rows[i].e[largest.at] = 1.0f;
    if constexpr (keep_d) rows[i].d[largest.at] = 0;
    rows[i].sums = softmax_sums(rest[i]);
  }
}

// ---- after the softmax: the value of one row, its gradient into the job's, times factor
// Where only the target's class counts.
template <class P, class L>
float target_loss(const KernelOf<L>& loss, const SoftmaxBlock& b, const Row& r, float s, float factor) {
  const float d = distance(r.v[r.target], s, r.largest);
  const ClassOf<float> k = class_of(d, r.e[r.target], r.target == r.largest.at, r.sums);
  const Dual<float> f = evaluate_class<P, L>(loss, variable(k), true, 0.0f);
  const float w = b.class_weights[r.target], slope = f.d * w * factor;
  if (b.rows.gradient) store(b, r.row, r.e, -slope * r.sums.inverse, r.target, slope * k.not_p);
  return f.v * w;
}
// Where every class does.
template <class P, class L> float row_loss(const KernelOf<L>& loss, const SoftmaxBlock& b, const Row& r, float factor) {
  const int n = int(b.padded);
  const float share = 1.0f / float(b.rows.classes);
  if (r.target >= 0) {
    const int target = r.target;
    all_classes<P, L>(
        loss, r.d, r.e, r.h, b.class_weights, [=](int i) { return i == target; }, r.largest, r.sums, share, n);
  } else {
    load(b.rows.probabilities + b.rows.first(r.row), b.rows.inner, b.rows.classes, 0.0f, r.v, n);
    const float* t = r.v;
    all_classes<P, L>(
        loss, r.d, r.e, r.h, b.class_weights, [=](int i) { return t[i]; }, r.largest, r.sums, share, n);
  }
  if (b.rows.gradient) {
    through_softmax(r.e, r.h, sum_of(r.h, n), n);
    store(b, r.row, r.e, factor, -1, 0.0f);
  }
  return sum_of(r.d, n);
}

// Kept rows, `count` of them.
template <class P, class L> void some_rows(const KernelOf<L>& loss, SoftmaxBlock& b, Row* rows, int count) {
  const SoftmaxRows<float>& all = b.rows;
  const int n = int(b.padded);
  for (int i = 0; i < count; ++i)
    load(all.x + all.first(rows[i].row), all.inner, all.classes, -__builtin_inff(), rows[i].v, n);
  for (int i = 0; i < count; ++i) b.bad |= has_nan(rows[i].v, n);
  if constexpr (L::hooks.shift) {
    if constexpr (L::hooks.sees_softmax) softmax_rows<true>(rows, count, 1.0f, all.classes, n);
    for (int i = 0; i < count; ++i)
      shift_row<L>(loss, rows[i].v, b.class_numbers, rows[i].d, rows[i].sums.log_sum, rows[i].target, n);
  }
  const float s = b.logit_scale;
  const float factor = s * float(all.scale);
  const auto took = [&](const Row& r, float value) {
    b.sum += double(value);
    if (all.value) all.value[r.row] = value;
  };
  if (!L::hooks.every_class || (all.index && only_target_counts<L>(loss))) {
    softmax_rows<false>(rows, count, s, all.classes, n);
    for (int i = 0; i < count; ++i) took(rows[i], target_loss<P, L>(loss, b, rows[i], s, factor));
    return;
  }
  if constexpr (L::hooks.every_class) {
    softmax_rows<true>(rows, count, s, all.classes, n);
    for (int i = 0; i < count; ++i) took(rows[i], row_loss<P, L>(loss, b, rows[i], factor));
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

template <class L> void softmax_block(const KernelOf<L>& loss, SoftmaxBlock& b) {
  auto* run = b.rows.index
                  ? with_row_exponents<L, true>(b.exponents, [](auto p) { return &some_rows<decltype(p), L>; })
                  : with_row_exponents<L, false>(b.exponents, [](auto p) { return &some_rows<decltype(p), L>; });
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
