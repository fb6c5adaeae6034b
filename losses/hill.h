// Hill loss: Y. Zhang et al., "Simple and robust loss design for multi-label learning with missing labels", 2021,
// arXiv 2112.07368. Negatives pay a hill: the gradient of (λ−p)p² rises to 3/16 at p = ½ and falls off again, because a
// confident negative may be a missing label. Positives pay a focal loss whose logit is shifted by a margin.
#pragma once
#include "losses/kinds/pointwise/formula.h"

namespace skew {

struct Hill {
  static constexpr auto name = "hill";
  static constexpr auto summary = "Hill loss: negatives whose gradient falls off again; focal positives with a margin";
  static constexpr auto formula = "−y·w·ln p_m + (1−y)·hill·p²,  w = (1−p_m)^γ,  hill = λ−p,  p_m = σ(x−margin)";
  static constexpr auto paper = "Zhang et al., 2021, arXiv 2112.07368";
  static constexpr auto remarks =
      "The public code sums over all elements, and is NaN for negatives with x ≲ −87.7 in float.";
  static constexpr PointwiseHooks hooks{
      .latex = R"(-y\,(1-p_m)^\gamma\ln p_m+(1-y)\,(\lambda-p)\,p^2,\quad p_m=\sigma(x-\text{margin}))",
      .whole_exponents = true,
      .names_factors = true};

  double lambda = 1.5, margin = 1, gamma = 2;

  template <class Self, class Visit> static void fields(Self& self, Visit&& visit) {
    visit("lambda", self.lambda, above(1, "at λ ≤ 1 calling every class positive costs nothing"),
          "λ: where the negatives' hill lies");
    visit("margin", self.margin, finite(), "subtracted from the logit of a positive");
    visit("gamma", self.gamma, at_least(0), "γ: how much easy positives are played down");
  }
  bool whole_exponents() const { return whole_exponent(gamma); }

  template <class P, class X, class Y, class See = NobodyLooks>
  SKEW_HD number_t<X> value(X x, Y y, const See& see = {}) const {
    using T = number_t<X>;
    using S = scalar_t<T>;
    const T p = sigmoid(x), shifted = number(x) - S(margin);
    const T w = P::power(sigmoid(-shifted), S(gamma)), hill = S(lambda) - p;
    see("p", p), see("p_m", sigmoid(shifted)), see("hill", hill), see("w", w);
    return mix(y, w * -log_sigmoid(shifted), hill * p * p);
  }
};

}  // namespace skew
