// A pointwise loss on the device: one pass, a dual number an element; value and gradient from the loss's own header.
// Twin: backends/reference/pointwise_loss.h.
#pragma once
#include "backends/cuda/loss.cuh"
#include "losses/kinds/pointwise/op.h"

namespace skew::gpu {

// One element: writes value and gradient where wanted, returns the value for the sum. P computes hard labels.
template <class P, PointwiseLoss L> struct PointwiseElement {
  // whole exponents are for hard labels only (losses/kinds/exponents.h)
  using Soft = std::conditional_t<std::is_same_v<P, WholeExponents>, RealExponents, P>;

  KernelOf<L> formula;
  const float *x, *y, *class_weights, *mask, *weights;
  const float *class_numbers, *row_numbers;  // [k, classes] and of each row, for losses with such hooks
  ptrdiff_t classes;
  Scale scale;
  BadCells bad;
  float *value, *gradient;

  __device__ double operator()(ptrdiff_t, ptrdiff_t i) const {
    const bool counts = !mask || mask[i] != 0;
    const float label = counts ? y[i] : 0;  // an unknown label may be anything
    if (x[i] != x[i]) note(bad.logit, i);
    if (!(label >= 0 && label <= 1)) note(bad.target, i);
    const ptrdiff_t c = i % classes;
    ElementNumbers<float> numbers;
    if constexpr (L::hooks.class_numbers > 0) numbers.first = class_numbers[c];
    if constexpr (L::hooks.class_numbers > 1) numbers.second = class_numbers[classes + c];
    if constexpr (L::hooks.row_number) numbers.row = row_numbers[i / classes];
    const Dual<float> v = variable(x[i]);
    const Dual<float> l = label == 0 || label == 1 ? evaluate<P, L>(formula, v, label == 1, numbers)
                                                   : evaluate<Soft, L>(formula, v, label, numbers);
    float w = counts ? 1 : 0;
    if (class_weights) w *= class_weights[c];
    if (weights) w *= weights[i];
    if (value) value[i] = l.v * w;
    if (gradient) gradient[i] = l.d * w * float(scale.get());
    return double(l.v * w);
  }
};

// The numbers of each class as a table [k, classes]; undefined where the loss has none.
inline Tensor class_table(const PointwiseJob& job, ptrdiff_t classes) {
  if (job.class_numbers.empty()) return {};
  std::vector<float> table;
  for (const PerClass& numbers : job.class_numbers)
    for (ptrdiff_t c = 0; c < classes; ++c) table.push_back(float(numbers.at(c)));
  return Tensor::from(table, {ptrdiff_t(job.class_numbers.size()), classes}, Device::cuda);
}

// The number of each row, from its known labels and the last of the class numbers.
template <PointwiseLoss L> Tensor row_numbers(const PointwiseJob& job, const Tensor& table, ptrdiff_t classes) {
  const ptrdiff_t rows = classes ? job.x.count() / classes : 0;
  Tensor numbers = Tensor::empty({rows}, DType::float32, Device::cuda);
  const float *const y = read(job.y), *const mask = read(job.mask);
  const float* const last = read(table) + (L::hooks.class_numbers - 1) * classes;
  float* const to = fill(numbers);
  reduce(
      L::name, rows, classes, Neighbours::terms, 0.0,
      [=] __device__(ptrdiff_t row, ptrdiff_t c) {
        const ptrdiff_t i = row * classes + c;
        return !mask || mask[i] != 0 ? double(y[i] * last[c]) : 0.0;
      },
      [=] __device__(ptrdiff_t row, double sum) { to[row] = KernelOf<L>::row_number(float(sum)); });
  return numbers;
}

template <class P, PointwiseLoss L> void run_pointwise_loss(const KernelOf<L>& formula, const PointwiseJob& job) {
  const ptrdiff_t count = job.x.count(), classes = classes_of(job.x.shape());
  const Shape& shape = job.x.shape();
  const Tensor table = class_table(job, classes);
  Tensor rows;
  if constexpr (L::hooks.row_number) rows = row_numbers<L>(job, table, classes);
  const Scratch<double> counted(1);
  Scale scale{.number = reduction_scale(job.reduction, shape.rank() ? shape[0] : 1, count)};
  if (job.reduction == Reduction::mean && job.mask.defined()) {
    const float* const mask = read(job.mask);
    inverse_of_sum(
        L::name, count, [=] __device__(ptrdiff_t i) { return mask[i] != 0 ? 1.0 : 0.0; }, counted.get());
    scale = {.counted = counted.get()};
  }
  const BadCells bad = bad_cells([x = job.x, y = job.y](const BadElements& b) { throw_if_bad(L::name, b, x, y); });
  const bool none = job.reduction == Reduction::none;
  const PointwiseElement<P, L> element{formula,
                                       read(job.x),
                                       read(job.y),
                                       read(job.class_weights),
                                       read(job.mask),
                                       read(job.weights),
                                       read(table),
                                       read(rows),
                                       classes,
                                       scale,
                                       bad,
                                       none ? fill(job.value) : nullptr,
                                       fill(job.gradient)};
  float* const total = none ? nullptr : fill(job.value);
  reduce(L::name, 1, count, Neighbours::terms, 0.0, element, [=] __device__(ptrdiff_t, double sum) {
    if (total) *total = float(sum * scale.get());
  });
}

template <PointwiseLoss L> bool fill_cuda_pointwise_loss() {
  return on_cuda(
      pointwise_loss_kernel<L>, +[](const KernelOf<L>& formula, const PointwiseJob& job) {
        with_exponents_of<L, true>(job.exponents, [&](auto p) { run_pointwise_loss<decltype(p), L>(formula, job); });
        return BadElements{};  // found later: refusals.h
      });
}

}  // namespace skew::gpu
