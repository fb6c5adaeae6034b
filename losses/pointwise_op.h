// A pointwise loss in the graph: `loss(Ral{.clip = 0.05}, logits, targets, {.reduction = Reduction::mean})`.
// One op and one kernel slot for each loss type, made from its formula; forward is one fused pass.
// Read next: backends/reference/pointwise_loss.h (the pass as a plain loop), backends/cpu/pointwise_loss.h (the fast
// one).
#pragma once
#include <algorithm>
#include <array>
#include <span>

#include "core/error.h"
#include "losses/loss_op.h"
#include "losses/pointwise_loss.h"

namespace skew {

// One pass: reads x, y and what is defined of the weights; writes `value` (the loss of each element, reduction none)
// and `gradient` (times gradient_scale) where they are defined. All of one shape and number type but class_weights [C].
struct PointwiseJob {
  Tensor x, y, class_weights, mask, weights;
  double gradient_scale;
  Tensor value, gradient;
  std::span<const PerClass> numbers;  // the loss's numbers of each class (loss_numbers)
};
struct PointwiseResult {
  double sum;        // of the weighted losses
  BadElements bad;   // found on the way; masked targets are not looked at
};
template <PointwiseLoss L>
inline constinit Kernel<PointwiseResult(const L&, const PointwiseJob&)> pointwise_loss_kernel{L::name};

// What a loss says of each class, worked out: callers that call again keep it (pointwise_row.h).
template <PointwiseLoss L>
auto loss_numbers(const L& loss) {
  if constexpr (HasNumbers<L>) return loss.per_class();
  else return std::array<PerClass, 0>{};
}

// The numbers of C classes in the kernel's type, repeated with period C; null where the loss has none. In memory of the
// caching allocator: no allocation in a steady state.
template <class T>
struct ClassTables {
  Tensor memory;
  const T *first = nullptr, *second = nullptr;
  ptrdiff_t classes = 0;
  T (*of_row)(T sum) = nullptr;

  // The row's number from its labels y[0 … C) and their mask or null. Sixteen running sums over whole sixteens, four over
  // the rest: vectorised, one order.
  T row(const T* y, const T* mask) const {
    const T* number = second ? second : first;
    const ptrdiff_t whole = classes / 16 * 16;
    T rest[4] = {};
    auto add_all = [&](auto label) {
      ptrdiff_t c = whole;
      for (; c + 4 <= classes; c += 4)
        for (ptrdiff_t k = 0; k < 4; ++k) rest[k] += label(c + k) * number[c + k];
      for (; c < classes; ++c) rest[0] += label(c) * number[c];
      if (whole == 0) return;
      T lanes[16] = {};
      for (c = 0; c < whole; c += 16)
        for (ptrdiff_t k = 0; k < 16; ++k) lanes[k] += label(c + k) * number[c + k];
      for (ptrdiff_t half = 8; half >= 4; half /= 2)
        for (ptrdiff_t k = 0; k < half; ++k) lanes[k] += lanes[k + half];
      for (ptrdiff_t k = 0; k < 4; ++k) rest[k] += lanes[k];
    };
    if (mask) add_all([&](ptrdiff_t c) { return mask[c] != 0 ? y[c] : T(0); });
    else add_all([&](ptrdiff_t c) { return y[c]; });
    return of_row((rest[0] + rest[2]) + (rest[1] + rest[3]));
  }
};
template <class T, PointwiseLoss L>
ClassTables<T> class_tables(const PointwiseJob& job, ptrdiff_t classes, ptrdiff_t length) {
  ClassTables<T> tables;
  tables.classes = classes;
  if constexpr (HasNumbers<L>) {
    tables.memory = Tensor::empty({ptrdiff_t(job.numbers.size()), length}, dtype_of<T>, job.x.device());
    auto fill = [&](size_t k) -> const T* {
      T* table = tables.memory.template fill<T>() + ptrdiff_t(k) * length;
      const std::vector<double>& n = job.numbers[k].values;
      if (n.size() == 1) return std::fill_n(table, length, T(n[0])), table;
      for (ptrdiff_t c = 0; c < std::min(classes, length); ++c) table[c] = T(n[size_t(c)]);
      for (ptrdiff_t done = classes; done > 0 && done < length; done *= 2)
        std::copy_n(table, std::min(done, length - done), table + done);
      return table;
    };
    tables.first = fill(0);
    if constexpr (has_second_number<L>) tables.second = fill(1);
    if constexpr (has_row_number<L>) tables.of_row = [](T sum) { return L::of_row(sum); };
  }
  return tables;
}

template <PointwiseLoss L>
struct PointwiseLossOp : LossOp {
  const L& loss;  // only forward reads these two, and apply() has run it when the caller's objects go
  std::span<const PerClass> numbers;
  Reduction reduction;
  PointwiseLossOp(const L& loss, std::span<const PerClass> numbers, Reduction reduction)
      : loss(loss), numbers(numbers), reduction(reduction) {}

  std::string_view name() const override { return L::name; }

  Shape shape(Inputs in) const override {
    size_t per_class = 1;
    for (const PerClass& n : numbers) per_class = std::max(per_class, n.values.size());
    return pointwise_shape(L::name, in, reduction, per_class);
  }
  Tensor forward(Inputs in, Saved& saved) const override {
    const Tensor& x = in[0];
    auto same = [&](const Tensor& t) { return t.defined() ? t.to(x.dtype()) : t; };
    PointwiseJob job{x, same(in[1]), same(in[2]), same(in[3]), stretched(same(in[4]), x.shape()), 1, {}, {}, numbers};
    const ptrdiff_t batch = x.shape().rank() ? x.shape()[0] : 1;
    job.gradient_scale = reduction_scale(reduction, batch, counted_elements(job.mask, x.count()));
    if (reduction == Reduction::none) job.value = Tensor::empty_like(x);
    if (saved.recording()) job.gradient = Tensor::empty_like(x);
    const PointwiseResult result = pointwise_loss_kernel<L>(x.device(), loss, job);
    throw_if_bad(L::name, result.bad, x, job.y);
    saved.keep(job.gradient);
    if (reduction == Reduction::none) return job.value;
    return Tensor::full({}, result.sum * job.gradient_scale, x.dtype(), x.device());
  }
};

// loss() below, for parameters known to be good and numbers worked out before.
template <PointwiseLoss L>
Tensor checked_loss(const L& loss, std::span<const PerClass> numbers, const Tensor& logits, const Tensor& targets,
                    const LossArgs& args) {
  return apply(PointwiseLossOp<L>(loss, numbers, args.reduction),
               {logits, targets, args.class_weights, args.mask, args.weights});
}

// logits x [N, C] (any shape whose last axis is the classes), targets of the same shape in [0, 1], 0 or 1 mostly.
// Returns a scalar, or the logits' shape for Reduction::none. Loss arithmetic is in the logits' type.
// Throws ValueError for a parameter outside its range or a target outside [0, 1], NonFiniteError for a NaN logit
// (both naming row and column), ShapeError for shapes that do not fit.
template <PointwiseLoss L>
Tensor loss(const L& loss, const Tensor& logits, const Tensor& targets, const LossArgs& args = {}) {
  check_fields(L::name, loss);
  return checked_loss(loss, loss_numbers(loss), logits, targets, args);
}

}  // namespace skew
