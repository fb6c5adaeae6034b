// A pointwise loss in the graph: `loss(Ral{.clip = 0.05}, logits, targets, {.reduction = Reduction::mean})`.
// One op and one kernel slot for each loss type, made from its formula; forward is one fused pass.
// Read next: backends/reference/pointwise_loss.h (the pass as a plain loop), backends/cpu/pointwise_loss.h (the fast
// one).
#pragma once
#include <algorithm>

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
};
struct PointwiseResult {
  double sum;        // of the weighted losses
  BadElements bad;   // found on the way; masked targets are not looked at
};
template <PointwiseLoss L>
inline constinit Kernel<PointwiseResult(const L&, const PointwiseJob&)> pointwise_loss_kernel{L::name};

// The numbers of C classes in the kernel's type, repeated with period C; empty where the loss has none.
template <class T>
struct ClassTables {
  std::vector<T> first, second;
  size_t classes = 0;
  T (*of_row)(T sum) = nullptr;

  // The row's number from its labels y[0 … C) and their mask or null. Sixteen running sums: vectorised, one order.
  T row(const T* y, const T* mask) const {
    const std::vector<T>& last = second.empty() ? first : second;
    const size_t whole = classes / 16 * 16;
    T lanes[16] = {}, rest = 0;
    auto add_all = [&](auto label) {
      const T* number = last.data();
      for (size_t c = 0; c < whole; c += 16)
        for (size_t k = 0; k < 16; ++k) lanes[k] += label(c + k) * number[c + k];
      for (size_t c = whole; c < classes; ++c) rest += label(c) * number[c];
    };
    if (mask) add_all([&](size_t c) { return mask[c] != 0 ? y[c] : T(0); });
    else add_all([&](size_t c) { return y[c]; });
    for (size_t half = 8; half && whole; half /= 2)
      for (size_t k = 0; k < half; ++k) lanes[k] += lanes[k + half];
    return of_row(lanes[0] + rest);
  }
};
template <class T, PointwiseLoss L>
ClassTables<T> class_tables(const L& loss, ptrdiff_t classes, ptrdiff_t length) {
  ClassTables<T> tables;
  tables.classes = size_t(classes);
  if constexpr (HasNumbers<L>) {
    const auto numbers = loss.per_class();
    auto fill = [&](std::vector<T>& table, const PerClass& n) {
      table.resize(size_t(length));
      for (ptrdiff_t c = 0; c < std::min(classes, length); ++c) table[size_t(c)] = T(n.at(c));
      for (ptrdiff_t done = classes; done > 0 && done < length; done *= 2)
        std::copy_n(table.begin(), std::min(done, length - done), table.begin() + done);
    };
    fill(tables.first, numbers[0]);
    if constexpr (has_second_number<L>) fill(tables.second, numbers[1]);
    if constexpr (has_row_number<L>) tables.of_row = [](T sum) { return L::of_row(sum); };
  }
  return tables;
}

template <PointwiseLoss L>
struct PointwiseLossOp : LossOp {
  L loss;
  Reduction reduction;
  PointwiseLossOp(const L& loss, Reduction reduction) : loss(loss), reduction(reduction) {}

  std::string_view name() const override { return L::name; }

  Shape shape(Inputs in) const override {
    size_t per_class = 1;
    if constexpr (HasNumbers<L>)
      for (const PerClass& n : loss.per_class()) per_class = std::max(per_class, n.values.size());
    return pointwise_shape(L::name, in, reduction, per_class);
  }
  Tensor forward(Inputs in, Saved& saved) const override {
    const Tensor& x = in[0];
    auto same = [&](const Tensor& t) { return t.defined() ? t.to(x.dtype()) : t; };
    PointwiseJob job{x, same(in[1]), same(in[2]), same(in[3]), stretched(same(in[4]), x.shape()), 1, {}, {}};
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

// logits x [N, C] (any shape whose last axis is the classes), targets of the same shape in [0, 1], 0 or 1 mostly.
// Returns a scalar, or the logits' shape for Reduction::none. Loss arithmetic is in the logits' type.
// Throws ValueError for a parameter outside its range or a target outside [0, 1], NonFiniteError for a NaN logit
// (both naming row and column), ShapeError for shapes that do not fit.
template <PointwiseLoss L>
Tensor loss(const L& loss, const Tensor& logits, const Tensor& targets, const LossArgs& args = {}) {
  check_parameters(loss);
  return apply(PointwiseLossOp<L>(loss, args.reduction),
               {logits, targets, args.class_weights, args.mask, args.weights});
}

}  // namespace skew
