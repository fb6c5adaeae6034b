// Focal loss (sigmoid form): T.-Y. Lin et al., "Focal loss for dense object detection", ICCV 2017, arXiv 1708.02002.
// Cross-entropy times (1−p_t)^γ: what is already right counts little. p_t is p for positives, 1−p for negatives.
#pragma once
#include "losses/kinds/pointwise/formula.h"

namespace skew {

struct Focal {
  static constexpr auto name = "focal";
  static constexpr auto summary = "focal loss: cross-entropy that plays down what is already right";
  static constexpr auto formula = "−α_t·w·ln p_t,  w = (1−p_t)^γ,  α_t = α for positives, 1−α for negatives";
  static constexpr auto paper = "Lin et al., ICCV 2017, arXiv 1708.02002";
  static constexpr auto remarks = "The gradient flows through the focusing weight.";
  static constexpr PointwiseHooks hooks{
      .latex = R"(-\alpha_t(1-p_t)^\gamma\ln p_t)", .whole_exponents = true, .names_factors = true};

  double gamma = 2, alpha = 0.25;

  template <class Self, class Visit> static void fields(Self& self, Visit&& visit) {
    visit("gamma", self.gamma, at_least(0), "γ: how much easy examples are played down");
    visit("alpha", self.alpha, Range{.low = -1, .high = 1, .why = "a share in [0, 1], or any negative value for off"},
          "α: weight of positives, 1−α of negatives; negative switches both off");
  }
  bool whole_exponents() const { return whole_exponent(gamma); }

  template <class P, class X, class Y, class See = NobodyLooks>
  SKEW_HD number_t<X> value(X x, Y y, const See& see = {}) const {
    using T = number_t<X>;
    using S = scalar_t<T>;
    const S weight_pos = S(alpha < 0 ? 1 : alpha), weight_neg = S(alpha < 0 ? 1 : 1 - alpha);
    const T w_pos = P::power(sigmoid(-x), S(gamma)), w_neg = P::power(sigmoid(x), S(gamma));
    const T positive = w_pos * -log_sigmoid(x), negative = w_neg * -log_sigmoid(-x);
    see("p_t", mix(y, sigmoid(x), sigmoid(-x))), see("w", mix(y, w_pos, w_neg));
    return mix(y, weight_pos * positive, weight_neg * negative);
  }
};

}  // namespace skew
