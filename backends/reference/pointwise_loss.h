// A pointwise loss as its definition reads: one loop, one dual number an element, sums in double. The truth that
// backends/cpu/vector/pointwise_loss.h is compared with.
#pragma once
#include "backends/host/host.h"
#include "losses/pointwise_op.h"

namespace skew {

template <class T, PointwiseLoss L>
PointwiseResult reference_pointwise_loss(const L& loss, const PointwiseJob& job) {
  const ptrdiff_t count = job.x.count(), classes = job.x.shape().rank() ? job.x.shape()[job.x.shape().rank() - 1] : 1;
  auto data = [](const Tensor& t) { return t.defined() ? t.data<T>() : nullptr; };
  const T *x = data(job.x), *y = data(job.y), *mask = data(job.mask);
  const T *class_weights = data(job.class_weights), *weights = data(job.weights);
  Tensor value = job.value, gradient = job.gradient;
  PointwiseResult result{0, {}};
  const ClassTables<T> tables = class_tables<T, L>(job, classes, classes);
  ElementNumbers<T> numbers;
  for (ptrdiff_t i = 0; i < count; ++i) {
    const bool counts = !mask || mask[i] != 0;
    const T label = counts ? y[i] : 0;  // an unknown label may be anything
    if (x[i] != x[i] && result.bad.logit < 0) result.bad.logit = i;
    if (!(label >= 0 && label <= 1) && result.bad.target < 0) result.bad.target = i;
    const ptrdiff_t c = i % classes;
    if constexpr (HasNumbers<L>) numbers.first = tables.first[c];
    if constexpr (has_second_number<L>) numbers.second = tables.second[c];
    if constexpr (has_row_number<L>)
      if (c == 0) numbers.row = tables.row(y + i, mask ? mask + i : nullptr);
    auto run = [&](auto powers) {
      using P = decltype(powers);
      const Dual<T> v = variable(x[i]);
      return label == 0 || label == 1 ? evaluate<P>(loss, v, label == 1, numbers)
                                      : evaluate<P>(loss, v, label, numbers);
    };
    const Dual<T> l = loss.powers() == Powers::rare ? run(RarePowers{}) : run(RealPowers{});
    T w = counts ? T(1) : T(0);
    if (class_weights) w *= class_weights[c];
    if (weights) w *= weights[i];
    result.sum += double(l.v * w);
    if (value.defined()) value.fill<T>()[i] = l.v * w;
    if (gradient.defined()) gradient.fill<T>()[i] = l.d * w * T(job.gradient_scale);
  }
  return result;
}

template <PointwiseLoss L>
bool fill_reference_pointwise_loss() {
  return on_reference(pointwise_loss_kernel<L>, +[](const L& loss, const PointwiseJob& job) {
    return visit_floating(job.x, L::name, [&](auto zero) { return reference_pointwise_loss<decltype(zero)>(loss, job); });
  });
}

}  // namespace skew
