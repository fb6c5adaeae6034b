// ASL for labels that exclude each other: T. Ridnik et al., "Asymmetric loss for multi-label classification", ICCV
// 2021, arXiv 2009.14119 (the authors' single-label form). Smoothed cross-entropy in which easy classes are played
// down.
#pragma once
#include "losses/kinds/softmax/formula.h"

namespace skew {

struct AslSingle {
  static constexpr auto name = "asl_single";
  static constexpr auto summary = "asymmetric loss, single-label form: smoothed cross-entropy with focusing";
  static constexpr auto formula =
      "−Σ_k t̂_k w_k ln p_k,  w_k = (1 − p_k t_k − (1−p_k)(1−t_k))^(γ₊t_k + γ₋(1−t_k)),  t̂ = (1−s)t + s/C,  p = "
      "softmax(z)";
  static constexpr auto paper = "Ridnik et al., ICCV 2021, arXiv 2009.14119";
  static constexpr auto remarks = "With both γ = 0 it is cross-entropy with label smoothing.";
  static constexpr SoftmaxHooks hooks{.every_class = true, .whole_exponents = true};

  double gamma_pos = 0, gamma_neg = 4, label_smoothing = 0.1;

  template <class Self, class Visit> static void fields(Self& self, Visit&& visit) {
    visit("gamma_pos", self.gamma_pos, at_least(0), "γ₊: how much an easy target is played down");
    visit("gamma_neg", self.gamma_neg, at_least(0), "γ₋: how much the other classes are");
    visit("label_smoothing", self.label_smoothing, from_up_to(0, 1, "at 1 the target no longer counts"),
          "s: the share of the target spread over all classes");
  }
  bool whole_exponents() const { return whole_exponent(gamma_neg) && whole_exponent(gamma_pos); }

  template <class P, class T, class Y> SKEW_HD T value(const ClassOf<T>& k, Y y, scalar_t<T> share) const {
    using S = scalar_t<T>;
    const S s = S(label_smoothing), smoothed = mix(y, S(1) - s, S(0)) + s * share;
    const T w = P::power(mix(y, k.power_base(), k.p), mix(y, S(gamma_pos), S(gamma_neg)));
    return -(smoothed * (w * k.log_p));
  }
};

}  // namespace skew
