// Poly-1 focal loss: Z. Leng et al., "PolyLoss: a polynomial expansion perspective of classification loss functions",
// ICLR 2022, arXiv 2204.12511. The focal loss as a series in 1−p_t, with ε₁ added to its first coefficient.
#pragma once
#include "losses/kinds/pointwise/formula.h"

namespace skew {

struct Poly1Focal {
  static constexpr auto name = "poly1_focal";
  static constexpr auto summary = "Poly-1 focal loss: focal loss with its leading polynomial term raised";
  static constexpr auto formula = "−α_t·(1−p_t)^γ·ln p_t + ε₁·(1−p_t)^(γ+1),  α_t = α for positives, 1−α for negatives";
  static constexpr auto paper = "Leng et al., ICLR 2022, arXiv 2204.12511";
  static constexpr auto remarks = "α does not scale the added term, as in the public code.";
  static constexpr PointwiseHooks hooks{.whole_exponents = true};

  double epsilon = 1, gamma = 2, alpha = 0.25;

  template <class Self, class Visit> static void fields(Self& self, Visit&& visit) {
    visit("epsilon", self.epsilon, finite(), "ε₁: added to the first coefficient");
    visit("gamma", self.gamma, at_least(0), "γ: how much easy examples are played down");
    visit("alpha", self.alpha, Range{.low = -1, .high = 1, .why = "a share in [0, 1], or any negative value for off"},
          "α: weight of positives, 1−α of negatives; negative switches both off");
  }
  bool whole_exponents() const { return whole_exponent(gamma); }

  template <class P, class X, class Y> SKEW_HD number_t<X> value(X x, Y y) const {
    using T = number_t<X>;
    using S = scalar_t<T>;
    const S weight_pos = S(alpha < 0 ? 1 : alpha), weight_neg = S(alpha < 0 ? 1 : 1 - alpha);
    const T p = sigmoid(x), q = sigmoid(-x);
    const T positive = P::power(q, S(gamma)) * (S(epsilon) * q - weight_pos * log_sigmoid(x));
    const T negative = P::power(p, S(gamma)) * (S(epsilon) * p - weight_neg * log_sigmoid(-x));
    return mix(y, positive, negative);
  }
};

}  // namespace skew
