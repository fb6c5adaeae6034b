// Poly-1 cross-entropy: Z. Leng et al., "PolyLoss: a polynomial expansion perspective of classification loss
// functions", ICLR 2022, arXiv 2204.12511. Cross-entropy is Σ (1−p_t)^m/m; Poly-1 changes the first coefficient alone.
#pragma once
#include "losses/kinds/softmax/formula.h"

namespace skew {

struct Poly1Ce {
  static constexpr auto name = "poly1_ce";
  static constexpr auto summary = "Poly-1 cross-entropy: another weight for the first Taylor term";
  static constexpr auto formula = "−ln p_t + ε₁(1−p_t),  p = softmax(z)";
  static constexpr auto paper = "Leng et al., ICLR 2022, arXiv 2204.12511";
  static constexpr auto remarks = "ε₁ = 0 is cross-entropy.";
  static constexpr SoftmaxHooks hooks{};

  double epsilon = 1;

  template <class Self, class Visit> static void fields(Self& self, Visit&& visit) {
    visit("epsilon", self.epsilon, finite(), "ε₁: added to the coefficient of 1−p_t");
  }

  template <class P, class T> SKEW_HD T value(const ClassOf<T>& k) const {
    return scalar_t<T>(epsilon) * k.not_p - k.log_p;
  }
};

}  // namespace skew
