// Logit adjustment: A. K. Menon et al., "Long-tail learning via logit adjustment", ICLR 2021, arXiv 2007.07314 (the
// training loss, Eq. 10). Cross-entropy of logits to which τ times the log of the class priors is added.
#pragma once
#include "losses/class_weights.h"
#include "losses/kinds/softmax/formula.h"

namespace skew {

struct LogitAdjusted {
  static constexpr auto name = "logit_adjusted";
  static constexpr auto summary = "cross-entropy of logits shifted by the log of the class priors";
  static constexpr auto formula = "−ln p_t,  p = softmax(z + τ ln π),  π_c = n_c / Σ n";
  static constexpr auto paper = "Menon et al., ICLR 2021, arXiv 2007.07314";
  static constexpr auto remarks = "τ = 1 is balanced softmax, τ = 0 cross-entropy.";
  static constexpr SoftmaxHooks hooks{.kernel_part = true, .class_numbers = true, .shift = true};

  double tau = 1;
  PerClass class_freq = 1;

  template <class Self, class Visit> static void fields(Self& self, Visit&& visit) {
    visit("tau", self.tau, finite(), "τ: how much of the prior is taken over");
    visit("class_freq", self.class_freq, class_counts(), "n_c: training images of each class");
  }

  void class_numbers(std::span<double> to) const {
    check_counts({name, "class_freq"}, class_freq, ptrdiff_t(to.size()));
    double sum = 0;
    for (size_t c = 0; c < to.size(); ++c) sum += to[c] = class_freq.at(int64_t(c));
    for (double& n : to) n = tau * std::log(n / sum);
  }
  // The formula; τ ln π is the class's number.
  struct KernelPart {
    template <class S> SKEW_HD S shift(const ShiftAt<S>& k) const { return k.number; }
    template <class P, class T> SKEW_HD T value(const ClassOf<T>& k) const { return -k.log_p; }
  };
  KernelPart kernel_part() const { return {}; }
};

}  // namespace skew
