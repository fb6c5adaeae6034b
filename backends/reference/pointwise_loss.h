// A pointwise loss as its definition reads: one loop, one dual number an element, sums in double. The truth that
// backends/cpu/vector/pointwise_loss.h is compared with.
#pragma once
#include "backends/host/class_tables.h"
#include "backends/host/host.h"

namespace skew {

template <class T, PointwiseLoss L>
BadElements reference_pointwise_loss(const KernelOf<L>& formula, const PointwiseJob& job) {
  const ptrdiff_t count = job.x.count(), classes = classes_of(job.x.shape());
  const T *x = data_if<T>(job.x), *y = data_if<T>(job.y), *mask = data_if<T>(job.mask);
  const T *class_weights = data_if<T>(job.class_weights), *weights = data_if<T>(job.weights);
  Tensor value = job.value, gradient = job.gradient;
  const double scale = reduction_scale_of<T>(job);
  const ClassTables<T> tables = class_tables<T, L>(job, classes);
  ElementNumbers<T> numbers;
  double total = 0;
  BadElements bad;
  for (ptrdiff_t i = 0; i < count; ++i) {
    const bool counts = !mask || mask[i] != 0;
    const T label = counts ? y[i] : 0;  // an unknown label may be anything
    if (x[i] != x[i] && bad.logit < 0) bad.logit = i;
    if (!(label >= 0 && label <= 1) && bad.target < 0) bad.target = i;
    const ptrdiff_t c = i % classes;
    if constexpr (L::hooks.class_numbers > 0) numbers.first = tables.first[c];
    if constexpr (L::hooks.class_numbers > 1) numbers.second = tables.second[c];
    if constexpr (L::hooks.row_number)
      if (c == 0) numbers.row = tables.row(y + i, mask ? mask + i : nullptr);
    // whole exponents are a fast way to the same powers: here every label is computed as a soft one is
    const Dual<T> l = with_exponents_of<L, false>(job.exponents, [&](auto p) {
      using P = decltype(p);
      const Dual<T> v = variable(x[i]);
      return label == 0 || label == 1 ? evaluate<P, L>(formula, v, label == 1, numbers)
                                      : evaluate<P, L>(formula, v, label, numbers);
    });
    T w = counts ? T(1) : T(0);
    if (class_weights) w *= class_weights[c];
    if (weights) w *= weights[i];
    total += double(l.v * w);
    if (job.reduction == Reduction::none) value.fill<T>()[i] = l.v * w;
    if (gradient.defined()) gradient.fill<T>()[i] = l.d * w * T(scale);
  }
  if (job.reduction != Reduction::none) *value.fill<T>() = T(total * scale);
  return bad;
}

template <PointwiseLoss L> bool fill_reference_pointwise_loss() {
  return on_reference(
      pointwise_loss_kernel<L>, +[](const KernelOf<L>& formula, const PointwiseJob& job) {
        return visit_floating(job.x, L::name,
                              [&](auto zero) { return reference_pointwise_loss<decltype(zero), L>(formula, job); });
      });
}

}  // namespace skew
