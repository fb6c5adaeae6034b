// Generalised cross-entropy: Z. Zhang, M. Sabuncu, "Generalized cross entropy loss for training deep neural networks
// with noisy labels", NeurIPS 2018, arXiv 1805.07836. Between cross-entropy (q → 0) and the mean absolute error
// (q = 1): the surer the network is that a label is wrong, the less it learns from it.
#pragma once
#include "losses/kinds/pointwise/formula.h"

namespace skew {

struct Gce {
  static constexpr auto name = "gce";
  static constexpr auto summary = "generalised cross-entropy: bounded, so that wrong labels pull less";
  static constexpr auto formula = "(1 − p_t^q)/q,  p_t = p for positives, 1−p for negatives";
  static constexpr auto paper = "Zhang and Sabuncu, NeurIPS 2018, arXiv 1805.07836";
  static constexpr auto remarks = "The paper's is a softmax over classes; this is its form for independent labels.";
  static constexpr PointwiseHooks hooks{.whole_exponents = true};

  double q = 0.7;

  template <class Self, class Visit> static void fields(Self& self, Visit&& visit) {
    visit("q", self.q, Range{.low = 0, .high = 1, .low_open = true, .why = "near 0 it is bce, at 1 the absolute error"},
          "q: how far from cross-entropy towards the absolute error");
  }
  bool whole_exponents() const { return whole_exponent(q); }

  template <class P, class X, class Y> SKEW_HD number_t<X> value(X x, Y y) const {
    using T = number_t<X>;
    using S = scalar_t<T>;
    const T positive = S(1) - P::power(sigmoid(x), S(q));
    const T negative = S(1) - P::power(sigmoid(-x), S(q));
    return mix(y, positive, negative) / S(q);
  }
};

}  // namespace skew
