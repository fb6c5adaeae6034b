// BCE, binary cross-entropy on logits: the plain log-likelihood of independent labels, and the yardstick of the others.
// pos_weight ρ (one number, or one per class) weighs the positives.
#pragma once
#include "losses/pointwise_loss.h"

namespace skew {

struct Bce {
  static constexpr auto name = "bce";
  static constexpr auto summary = "binary cross-entropy, optionally with weighted positives";
  static constexpr auto formula = "−[ρ·y·ln σ(x) + (1−y)·ln σ(−x)]";
  static constexpr auto latex =
      R"(-[\rho\,y\ln\sigma(x)+(1-y)\ln\sigma(-x)])";
  static constexpr auto paper = "";
  static constexpr auto remarks = "";

  static constexpr bool label_selects = true;

  PerClass pos_weight = 1;

  template <class Self, class Visit>
  static void fields(Self& self, Visit&& visit) {
    visit("pos_weight", self.pos_weight, at_least(0), "ρ: weight of the positives, one number or one per class");
  }
  std::array<PerClass, 1> per_class() const { return {pos_weight}; }  // the kernel hands value() its class's number
  Powers powers() const { return Powers::whole; }

  template <class P, class X, class Y>
  SKEW_HD number_t<X> value(X x, Y y, ElementNumbers<scalar_t<number_t<X>>> rho) const {
    return mix(y, rho.first * -log_sigmoid(x), -log_sigmoid(-x));
  }
};

}  // namespace skew
