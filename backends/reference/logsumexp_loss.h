// A log-sum-exp loss as its definition reads: the exponents of all elements, then for each line its two log-sum-exps,
// the formula with dual numbers in them, and the softmax weights. The truth that backends/cpu/vector/logsumexp_loss.cpp
// is compared with.
#pragma once
#include <vector>

#include "backends/host/host.h"
#include "losses/kinds/logsumexp/op.h"

namespace skew {

// Elements of `all`, `length` of them from `first` on, `stride` apart: a row of [N, C], or a column.
struct LineAt {
  ptrdiff_t first, length, stride;
};

template <class T> T log_sum_exp(const std::vector<T>& all, LineAt at) {
  T most = -std::numeric_limits<T>::infinity(), sum = 0;
  for (ptrdiff_t k = 0; k < at.length; ++k) most = maximum(all[size_t(at.first + k * at.stride)], most);
  if (most == -std::numeric_limits<T>::infinity()) return most;
  for (ptrdiff_t k = 0; k < at.length; ++k) sum += exp(all[size_t(at.first + k * at.stride)] - most);
  return most + log(sum);
}

template <class T, LogSumExpLoss L> BadElements reference_logsumexp_loss(const L& loss, const LogSumExpJob& job) {
  const ptrdiff_t rows = job.x.shape()[0], classes = job.x.shape()[1], count = rows * classes;
  const T *x = data_if<T>(job.x), *y = data_if<T>(job.y), *mask = data_if<T>(job.mask);
  const T *class_weights = data_if<T>(job.class_weights), *weights = data_if<T>(job.weights);
  Tensor value = job.value, gradient = job.gradient;
  const LineScales<T> scales = line_scales<T>(loss);
  BadElements bad;
  double total = 0;
  std::vector<T> pos(size_t(count), T(0)), neg = pos;
  for (ptrdiff_t i = 0; i < count; ++i) {
    const bool known = !mask || mask[i] != 0;
    const T label = known ? y[i] : 0;  // an unknown label may be anything, −1 or NaN
    if (x[i] != x[i] && bad.logit < 0) bad.logit = i;
    if (!(label >= 0 && label <= 1) && bad.target < 0) bad.target = i;
    T w = known ? T(1) : T(0);
    if (class_weights) w *= class_weights[i % classes];
    if (weights) w *= weights[i];
    const LineExponents<T> e = line_exponents(x[i], label * w, (1 - label) * w, scales);
    pos[size_t(i)] = e.pos, neg[size_t(i)] = e.neg;
  }
  if (bad.logit >= 0 || bad.target >= 0) return bad;
  constexpr T none = -std::numeric_limits<T>::infinity();
  std::vector<T> slope(size_t(count), T(0));
  auto add_lines = [&](ptrdiff_t lines, ptrdiff_t step, ptrdiff_t length, ptrdiff_t stride, T* each) {
    struct Line {
      LineAt at;
      T lse_pos, lse_neg;
      LineLoss<T> line;
    };
    std::vector<Line> list;
    double sum = 0;
    ptrdiff_t counted = 0;
    for (ptrdiff_t i = 0; i < lines; ++i) {
      const LineAt at{i * step, length, stride};
      const T lse_pos = log_sum_exp(pos, at), lse_neg = log_sum_exp(neg, at);
      list.push_back({at, lse_pos, lse_neg, line_loss<L>(loss, scales, lse_pos, lse_neg)});
      sum += double(list.back().line.value), counted += list.back().line.counts;
      if (each) each[i] = list.back().line.value;
    }
    const double scale = reduction_scale(job.reduction, rows, counted);
    total += sum * scale;
    for (const Line& l : list)
      for (ptrdiff_t k = 0; k < length; ++k) {
        const size_t e = size_t(l.at.first + k * stride);
        if (neg[e] != none) slope[e] += T(scale) * l.line.slope_neg * exp(neg[e] - l.lse_neg);
        if (pos[e] != none) slope[e] -= T(scale) * l.line.slope_pos * exp(pos[e] - l.lse_pos);
      }
  };
  add_lines(rows, classes, classes, 1, job.reduction == Reduction::none ? value.fill<T>() : nullptr);
  if (L::hooks.along_classes) add_lines(classes, 1, rows, classes, nullptr);
  if (job.reduction != Reduction::none) *value.fill<T>() = T(total);
  if (gradient.defined()) std::copy(slope.begin(), slope.end(), gradient.fill<T>());
  return bad;
}

template <LogSumExpLoss L> bool fill_reference_logsumexp_loss() {
  return on_reference(
      logsumexp_loss_kernel<L>, +[](const L& loss, const LogSumExpJob& job) {
        return visit_floating(job.x, L::name,
                              [&](auto zero) { return reference_logsumexp_loss<decltype(zero)>(loss, job); });
      });
}

}  // namespace skew
