// SPLC, self-paced loss correction: Y. Zhang et al., "Simple and robust loss design for multi-label learning with
// missing labels", 2021, arXiv 2112.07368 (the paper of the Hill loss). A focal loss whose positives are shifted by a
// margin; once training has settled, a negative that the network is sure of is taken for a missing label and pays as a
// positive. `epoch` is the training's state: the trainer sets it.
#pragma once
#include "losses/kinds/pointwise/formula.h"

namespace skew {

struct Splc {
  static constexpr auto name = "splc";
  static constexpr auto summary = "self-paced loss correction: later, confident negatives count as missing positives";
  static constexpr auto formula =
      "y·[−(1−pₘ)^γ·ln pₘ] + (1−y)·[−p^γ·ln(1−p)],  pₘ = σ(x−margin);  "
      "from change_epoch on, where p > τ: (1−y)·[−(1−p)^γ·ln p]";
  static constexpr auto paper = "Zhang et al., 2021, arXiv 2112.07368";
  static constexpr auto remarks = "The public code sums over all elements; here the default reduction is the mean.";
  static constexpr PointwiseHooks hooks{.whole_exponents = true};

  double tau = 0.6, margin = 1, gamma = 2;
  double change_epoch = 1, epoch = 0;

  template <class Self, class Visit> static void fields(Self& self, Visit&& visit) {
    visit("tau", self.tau, Range{.low = 0, .high = 1, .why = "it is compared with a probability"},
          "τ: a negative with p > τ counts as a missing positive");
    visit("margin", self.margin, finite(), "subtracted from the logit of a positive");
    visit("gamma", self.gamma, at_least(0), "γ: how much easy elements are played down");
    visit("change_epoch", self.change_epoch, at_least(0), "the first epoch, from 0, in which negatives are corrected");
    visit("epoch", self.epoch, at_least(0), "the epoch in progress, from 0; training sets it");
  }
  bool whole_exponents() const { return whole_exponent(gamma); }

  template <class P, class X, class Y> SKEW_HD number_t<X> value(X x, Y y) const {
    using T = number_t<X>;
    using S = scalar_t<T>;
    const S late = S(epoch >= change_epoch);                   // 0 or 1 as a number, so that loops vectorise
    const S threshold = late * S(tau) + (S(1) - late) * S(2);  // no probability reaches 2
    const T logit = number(x), shifted = logit - S(margin);
    const T corrected = select(sigmoid(x) > threshold, logit, -logit);
    auto focal = [&](T t) { return P::power(sigmoid(-t), S(gamma)) * -log_sigmoid(t); };
    if constexpr (std::is_same_v<Y, bool>) return focal(select(y, shifted, corrected));  // one logarithm, not two
    else return mix(y, focal(shifted), focal(corrected));
  }
};

}  // namespace skew
