// Balanced softmax: J. Ren et al., "Balanced meta-softmax for long-tailed visual recognition", NeurIPS 2020,
// arXiv 2007.10740. Cross-entropy of logits to which the training set's ln n_c is added, so that the network need not
// learn the prior, and predicts (from the logits alone) as for balanced classes.
#pragma once
#include "losses/class_weights.h"
#include "losses/kinds/softmax/formula.h"

namespace skew {

struct BalancedSoftmax {
  static constexpr auto name = "balanced_softmax";
  static constexpr auto summary = "cross-entropy of logits shifted by the log of the class counts";
  static constexpr auto formula = "−ln p_t,  p = softmax(z + ln n)";
  static constexpr auto paper = "Ren et al., NeurIPS 2020, arXiv 2007.10740";
  static constexpr auto remarks = "logit_adjusted with τ = 1. Equal counts make it cross-entropy.";
  static constexpr SoftmaxHooks hooks{.kernel_part = true, .class_numbers = true, .shift = true};

  PerClass class_freq = 1;

  template <class Self, class Visit> static void fields(Self& self, Visit&& visit) {
    visit("class_freq", self.class_freq, class_counts(), "n_c: training images of each class");
  }

  void class_numbers(std::span<double> to) const {
    check_counts({name, "class_freq"}, class_freq, ptrdiff_t(to.size()));
    for (size_t c = 0; c < to.size(); ++c) to[c] = std::log(class_freq.at(int64_t(c)));
  }
  // The formula; ln n is the class's number.
  struct KernelPart {
    template <class S> SKEW_HD S shift(const ShiftAt<S>& k) const { return k.number; }
    template <class P, class T> SKEW_HD T value(const ClassOf<T>& k) const { return -k.log_p; }
  };
  KernelPart kernel_part() const { return {}; }
};

}  // namespace skew
