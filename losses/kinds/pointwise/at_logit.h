// A pointwise loss at one logit in double, with slope and curvature by dual numbers of dual numbers. For people's
// questions (AnyLoss::at, apps/loss_lab, the studio page), not for training. No tensors: it compiles for the web page
// too.
#pragma once
#include "losses/kinds/pointwise/formula.h"

namespace skew {

struct AtLogit {
  double value, dx, d2x;
};  // ℓ, ∂ℓ/∂x, ∂²ℓ/∂x², x the logit

// What value() is handed for a label of class c that is alone in its row. Of a loss for one label an image, whose rows
// all have a positive, a negative's row is weighed as if its positive had the same number.
template <PointwiseLoss L> ElementNumbers<double> numbers_at(const L& loss, double y, ptrdiff_t c) {
  ElementNumbers<double> numbers;
  if constexpr (L::hooks.class_numbers > 0) {
    const auto tables = loss.class_numbers();
    numbers.first = tables.front().at(c);
    numbers.second = tables.back().at(c);
    if constexpr (L::hooks.row_number)
      numbers.row = KernelOf<L>::row_number((L::hooks.single_label ? 1 : y) * tables.back().at(c));
  }
  return numbers;
}

// label: a bool (hard) or a double (soft); c: the class, which only matters to losses with one number per class.
template <PointwiseLoss L, class Y> AtLogit at_logit(const L& loss, double x, Y label, ptrdiff_t c = 0) {
  using P = std::conditional_t<L::hooks.rare_settings, RareSettings, RealExponents>;
  const Dual<Dual<double>> l =
      evaluate<P, L>(kernel_of(loss), variable_twice(x), label, numbers_at(loss, double(label), c));
  return {l.v.v + 0.0, l.d.v + 0.0, l.d.d + 0.0};  // 0, not −0, where a formula negates nothing
}

}  // namespace skew
