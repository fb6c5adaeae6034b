// A softmax loss as its definition reads: softmax of a row, the formula with a dual number in each ln p_k, and the
// softmax's Jacobian. The truth that backends/cpu/vector/softmax_loss.h is compared with.
#pragma once
#include <vector>

#include "backends/host/host.h"
#include "backends/host/softmax_job.h"

namespace skew {

// All classes of the row u after the softmax of s·u.
template <class T> void softmax_row(std::vector<T>& u, T s, std::vector<ClassOf<T>>& classes) {
  size_t at = 0;
  for (size_t k = 1; k < u.size(); ++k)
    if (u[k] > u[at]) at = k;
  settle_infinities(u[at], u.data(), ptrdiff_t(u.size()));  // u[at] is the first of the largest before and after
  auto distance = [&](size_t k) { return maximum(s * (u[k] - u[at]), lowest_log_p<T>); };
  T rest = 0;
  for (size_t k = 0; k < u.size(); ++k)
    if (k != at) rest += exp(distance(k));
  const SoftmaxSums<T> sums = softmax_sums(rest);
  for (size_t k = 0; k < u.size(); ++k) classes[k] = class_of(distance(k), exp(distance(k)), k == at, sums);
}

template <class P, class T, SoftmaxLoss L>
BadElements reference_softmax_loss(const KernelOf<L>& formula, const SoftmaxJob& job) {
  BadElements bad;
  double total = 0;
  const SoftmaxRows<T> r = rows_of<T>(job, bad);
  if (bad.target >= 0) return bad;
  const size_t classes = size_t(r.classes);
  const T s = T(job.logit_scale), share = T(1) / T(r.classes);
  std::vector<T> u(classes), h(classes);
  std::vector<ClassOf<T>> k(classes);
  for (ptrdiff_t row = 0; row < r.count(); ++row) {
    const ptrdiff_t first = r.first(row);
    const bool kept = r.kept(row);
    if (r.value) r.value[row] = 0;
    for (size_t c = 0; c < classes; ++c) {
      const ptrdiff_t at = first + ptrdiff_t(c) * r.inner;
      u[c] = r.x[at];
      if (u[c] != u[c] && (bad.logit < 0 || at < bad.logit)) bad.logit = at;  // rows of (N, C, …) are not in order
      if (!kept && r.gradient) r.gradient[at] = 0;
    }
    if (!kept) continue;
    if constexpr (L::hooks.shift) {
      const size_t target = size_t(r.index[row]);
      if (L::hooks.sees_softmax) softmax_row(u, T(1), k);
      for (size_t c = 0; c < classes; ++c)
        u[c] += formula.shift(
            ShiftAt<T>{r.class_numbers[c], r.class_numbers[target], c == target, k[c].log_p, k[target].log_p});
    }
    softmax_row(u, s, k);
    T value = 0, h_sum = 0;
    for (size_t c = 0; c < classes; ++c) {
      Dual<T> f{0, 0};
      if (r.probabilities)
        f = evaluate_class<P, L>(formula, variable(k[c]), r.probabilities[first + ptrdiff_t(c) * r.inner], share);
      else if (ptrdiff_t(c) == r.index[row]) f = evaluate_class<P, L>(formula, variable(k[c]), true, share);
      else if (L::hooks.every_class) f = evaluate_class<P, L>(formula, variable(k[c]), false, share);
      const T w = r.class_weights ? r.class_weights[c] : T(1);
      value += f.v * w, h[c] = f.d * w, h_sum += h[c];
    }
    total += double(value) * r.scale;
    if (r.value) r.value[row] = value;
    for (size_t c = 0; r.gradient && c < classes; ++c)
      r.gradient[first + ptrdiff_t(c) * r.inner] = s * (h[c] * k[c].not_p - k[c].p * (h_sum - h[c])) * T(r.scale);
  }
  if (job.reduction != Reduction::none) *Tensor(job.value).fill<T>() = T(total);
  return bad;
}

template <SoftmaxLoss L> bool fill_reference_softmax_loss() {
  return on_reference(
      softmax_loss_kernel<L>, +[](const KernelOf<L>& formula, const SoftmaxJob& job) {
        return visit_floating(job.x, L::name, [&](auto zero) {
          const auto run = [&](auto p) { return reference_softmax_loss<decltype(p), decltype(zero), L>(formula, job); };
          return job.target.dtype() == DType::int64 ? with_row_exponents<L, true>(job.exponents, run)
                                                    : with_row_exponents<L, false>(job.exponents, run);
        });
      });
}

}  // namespace skew
