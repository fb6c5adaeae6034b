// BCE, binary cross-entropy on logits: the plain log-likelihood of independent labels, and the yardstick of the others.
// pos_weight ρ (one number, or one per class) weighs the positives.
#pragma once
#include "losses/kinds/pointwise/formula.h"

namespace skew {

struct Bce {
  static constexpr auto name = "bce";
  static constexpr auto summary = "binary cross-entropy, optionally with weighted positives";
  static constexpr auto formula = "−[ρ·y·ln σ(x) + (1−y)·ln σ(−x)]";
  static constexpr auto paper = "";
  static constexpr auto remarks = "";
  static constexpr PointwiseHooks hooks{.latex = R"(-[\rho\,y\ln\sigma(x)+(1-y)\ln\sigma(-x)])",
                                        .label_selects = true,
                                        .kernel_part = true,
                                        .class_numbers = 1};

  PerClass pos_weight = 1;

  template <class Self, class Visit> static void fields(Self& self, Visit&& visit) {
    visit("pos_weight", self.pos_weight, at_least(0), "ρ: weight of the positives, one number or one per class");
  }
  std::array<PerClass, 1> class_numbers() const { return {pos_weight}; }  // value() is handed its class's

  // The formula; ρ is the class's number.
  struct KernelPart {
    template <class P, class X, class Y>
    SKEW_HD number_t<X> value(X x, Y y, ElementNumbers<scalar_t<number_t<X>>> rho) const {
      return mix(y, rho.first * -log_sigmoid(x), -log_sigmoid(-x));
    }
  };
  KernelPart kernel_part() const { return {}; }
};

}  // namespace skew
