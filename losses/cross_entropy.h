// Cross-entropy of a softmax over classes, for labels that exclude each other, with label smoothing and ignored
// targets: the plain log-likelihood, and the yardstick of the other softmax losses.
#pragma once
#include "losses/kinds/softmax/formula.h"

namespace skew {

struct CrossEntropy {
  static constexpr auto name = "cross_entropy";
  static constexpr auto summary = "cross-entropy of a softmax, with label smoothing";
  static constexpr auto formula = "−(1−s)·w_t·ln p_t − (s/C)·Σ_c w_c·ln p_c,  p = softmax(x)";
  static constexpr auto paper = "label smoothing: Szegedy et al., CVPR 2016, arXiv 1512.00567";
  static constexpr auto remarks =
      "For labels that exclude each other; mean divides by the weights of the kept targets.";
  static constexpr SoftmaxHooks hooks{.every_class = true};

  double label_smoothing = 0;

  template <class Self, class Visit> static void fields(Self& self, Visit&& visit) {
    visit("label_smoothing", self.label_smoothing, from_up_to(0, 1, "at 1 the target no longer counts"),
          "s: the share of the target spread over all classes");
  }

  template <class P, class T, class Y> SKEW_HD T value(const ClassOf<T>& k, Y y, scalar_t<T> share) const {
    using S = scalar_t<T>;
    return -((mix(y, S(1) - S(label_smoothing), S(0)) + S(label_smoothing) * share) * k.log_p);
  }
};

}  // namespace skew
