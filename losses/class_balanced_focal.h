// Class-balanced focal loss, for one label an image: Y. Cui, M. Jia, T.-Y. Lin, Y. Song, S. Belongie, "Class-balanced
// loss based on effective number of samples", CVPR 2019, arXiv 1901.05555. A sigmoid focal loss over all classes of the
// one-hot target; the image's weight falls with the effective number of images of its class.
// The same weights on other losses: class_balanced.cpp.
#pragma once
#include "losses/class_weights.h"
#include "losses/kinds/pointwise/formula.h"

namespace skew {

struct ClassBalancedFocal {
  static constexpr auto name = "class_balanced_focal";
  static constexpr auto summary = "class-balanced focal loss: one-hot sigmoid focal, weighted by effective numbers";
  static constexpr auto formula = "Σ_c −w·(1−p_t)^γ·ln p_t,  w = Σ_c y_c·w_c,  w_c = (1−β)/(1−β^n_c) scaled to mean 1";
  static constexpr auto paper = "Cui et al., CVPR 2019, arXiv 1901.05555";
  static constexpr auto remarks = "For labels that exclude each other; the mean is over images, not elements.";
  static constexpr PointwiseHooks hooks{.label_selects = true,
                                        .single_label = true,
                                        .whole_exponents = true,
                                        .kernel_part = true,
                                        .class_numbers = 1,
                                        .row_number = true};

  double beta = 0.9999, gamma = 2;
  PerClass class_freq = 1;

  template <class Self, class Visit> static void fields(Self& self, Visit&& visit) {
    visit("beta", self.beta, from_up_to(0, 1, "at 1 the effective number is the count itself"),
          "β: 0 weighs classes equally, near 1 by 1/n_c");
    visit("gamma", self.gamma, at_least(0), "γ: how much easy examples are played down");
    visit("class_freq", self.class_freq, class_counts(), "n_c: training images of each class; training sets it");
  }
  std::array<PerClass, 1> class_numbers() const { return {effective_number_weights(beta, class_freq)}; }
  bool whole_exponents() const { return whole_exponent(gamma); }

  // The formula; w_c is the class's number, w the row's.
  struct KernelPart {
    double gamma;

    template <class T> SKEW_HD static T row_number(T sum) { return sum; }
    template <class P, class X, class Y>
    SKEW_HD number_t<X> value(X x, Y y, ElementNumbers<scalar_t<number_t<X>>> weight) const {
      using T = number_t<X>;
      using S = scalar_t<T>;
      const T positive = P::power(sigmoid(-x), S(gamma)) * -log_sigmoid(x);
      const T negative = P::power(sigmoid(x), S(gamma)) * -log_sigmoid(-x);
      return weight.row * mix(y, positive, negative);
    }
  };
  KernelPart kernel_part() const { return {gamma}; }
};

}  // namespace skew
