// ZLPR, zero-bounded log-sum-exp and pairwise rank-based loss: J. Su et al., "ZLPR: a novel loss for multi-label
// classification", 2022, arXiv 2208.02955. Every positive is pushed above 0 and every negative below, each pair against
// the other: with one positive it is the sum of two cross-entropies in which a class of logit 0 is the threshold.
#pragma once
#include "losses/kinds/logsumexp/formula.h"

namespace skew {

struct Zlpr {
  static constexpr auto name = "zlpr";
  static constexpr auto summary = "log-sum-exp ranking loss with threshold 0: positives above, negatives below";
  static constexpr auto formula = "ln(1 + Σ_k (1−y_k)·e^(x_k)) + ln(1 + Σ_k y_k·e^(−x_k))";
  static constexpr auto paper = "Su et al., 2022, arXiv 2208.02955";
  static constexpr auto remarks =
      "One loss an image; mean divides by the images with a known label. Decide by x > 0; σ(x) is no probability. Soft "
      "labels weigh the terms of both sums; class weights, weights and masks multiply those terms.";
  static constexpr LogSumExpHooks hooks{};

  template <class Self, class Visit> static void fields(Self&, Visit&&) {}

  template <class T> SKEW_HD T value(T lse_pos, T lse_neg) const { return softplus(lse_neg) + softplus(lse_pos); }
};

}  // namespace skew
