// LDAM for several labels: binary cross-entropy whose positives must clear a margin, wider for rarer classes.
// Margins: K. Cao et al., "Learning imbalanced datasets with label-distribution-aware margin loss", NeurIPS 2019,
// arXiv 1906.07413; there on a softmax (ldam), here on independent labels.
#pragma once
#include "losses/class_weights.h"
#include "losses/kinds/pointwise/formula.h"

namespace skew {

struct LdamMulti {
  static constexpr auto name = "ldam_multi";
  static constexpr auto summary = "multi-label LDAM: positives must clear a margin that is wider for rare classes";
  static constexpr auto formula =
      "−[y·ln σ(z) + (1−y)·ln σ(−z)],  z = s·(x − y·Δ_c),  Δ_c = max_m·n_c^(−¼) / max_k n_k^(−¼)";
  static constexpr auto paper = "Cao et al., NeurIPS 2019, arXiv 1906.07413";
  static constexpr auto remarks = "The paper's loss is for one label an image (ldam); this is its multi-label form.";
  static constexpr PointwiseHooks hooks{.logit_scale = true, .kernel_part = true, .class_numbers = 1};

  double max_m = 0.5, s = 30;
  PerClass class_freq = 1;

  template <class Self, class Visit> static void fields(Self& self, Visit&& visit) {
    visit("max_m", self.max_m, at_least(0), "the margin of the rarest class");
    visit("s", self.s, Range{.low = 0, .high = 1e4, .low_open = true}, "scale of the logits");
    visit("class_freq", self.class_freq, class_counts(), "n_c: training images of each class; training sets it");
  }
  double logit_scale() const { return s; }
  std::array<PerClass, 1> class_numbers() const { return {ldam_margins(max_m, class_freq)}; }

  // The formula; Δ is the class's number.
  struct KernelPart {
    double s;

    template <class P, class X, class Y>
    SKEW_HD number_t<X> value(X x, Y y, ElementNumbers<scalar_t<number_t<X>>> margin) const {
      using T = number_t<X>;
      using S = scalar_t<T>;
      const T z = S(s) * (bounded(number(x)) - mix(y, margin.first, S(0)));
      return mix(y, -log_sigmoid(z), -log_sigmoid(-z));
    }
  };
  KernelPart kernel_part() const { return {s}; }
};

}  // namespace skew
