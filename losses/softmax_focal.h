// Focal loss, softmax form: T.-Y. Lin et al., "Focal loss for dense object detection", ICCV 2017, arXiv 1708.02002.
// Cross-entropy times (1−p_t)^γ: an image whose class is already likely counts little. focal.h is the sigmoid form.
#pragma once
#include "losses/kinds/softmax/formula.h"

namespace skew {

struct SoftmaxFocal {
  static constexpr auto name = "softmax_focal";
  static constexpr auto summary = "focal loss of a softmax: cross-entropy that plays down what is already right";
  static constexpr auto formula = "−(1−p_t)^γ·ln p_t,  p = softmax(z)";
  static constexpr auto paper = "Lin et al., ICCV 2017, arXiv 1708.02002";
  static constexpr auto remarks = "The gradient flows through the focusing weight. γ = 0 is cross-entropy.";
  static constexpr SoftmaxHooks hooks{.whole_exponents = true};

  double gamma = 2;

  template <class Self, class Visit> static void fields(Self& self, Visit&& visit) {
    visit("gamma", self.gamma, at_least(0), "γ: how much easy examples are played down");
  }
  bool whole_exponents() const { return whole_exponent(gamma); }

  template <class P, class T> SKEW_HD T value(const ClassOf<T>& k) const {
    return P::power(k.power_base(), scalar_t<T>(gamma)) * -k.log_p;
  }
};

}  // namespace skew
