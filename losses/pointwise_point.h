// A pointwise loss at one logit in double, with slope and curvature by dual numbers of dual numbers. For people's
// questions (AnyLoss::at, the studio page), not for training. No tensors: it compiles for the web page as well.
#pragma once
#include "losses/loss_point.h"
#include "losses/pointwise_loss.h"

namespace skew {

// A pointwise loss may be meant for one label an image, by a member `single_label`.
template <class L>
inline constexpr bool is_single_label = requires { L::single_label; };

// What value() is handed for a label of class c that is alone in its row. Of a loss for one label an image, whose rows
// all have a positive, a negative's row is weighed as if its positive had the same number.
template <PointwiseLoss L>
ElementNumbers<double> numbers_at(const L& loss, double y, ptrdiff_t c) {
  ElementNumbers<double> numbers;
  if constexpr (HasNumbers<L>) {
    const auto tables = loss.per_class();
    numbers.first = tables.front().at(c), numbers.second = tables.back().at(c);
    if constexpr (has_row_number<L>) numbers.row = L::of_row((is_single_label<L> ? 1 : y) * tables.back().at(c));
  }
  return numbers;
}

// label: a bool (hard) or a double (soft). P: RealPowers, or SeriesPowers for a loss cut to finitely many terms.
template <class P, PointwiseLoss L, class Y>
LossPoint point_of(const L& loss, double x, Y label, ptrdiff_t c = 0) {
  const Dual<Dual<double>> l = evaluate<P>(loss, variable_twice(x), label, numbers_at(loss, double(label), c));
  return {l.v.v + 0.0, l.d.v + 0.0, l.d.d + 0.0};  // 0, not −0, where a formula negates nothing
}

}  // namespace skew
