// Two-way loss: T. Kobayashi, "Two-way multi-label loss", CVPR 2023. In each image the positives are pushed above the
// negatives, and in each class the images that have it above those that have not.
#pragma once
#include "losses/kinds/logsumexp/formula.h"

namespace skew {

struct TwoWay {
  static constexpr auto name = "two_way";
  static constexpr auto summary = "two-way loss: positives above negatives, within images and within classes";
  static constexpr auto formula =
      "mean over images with a positive of softplus(T_n·ln Σ_neg e^(x/T_n) + T_p·ln Σ_pos e^(−x/T_p)), "
      "plus the same over classes";
  static constexpr auto paper = "Kobayashi, CVPR 2023";
  static constexpr auto remarks =
      "The public code is NaN on a batch without positives; this is 0. Reductions: both halves by their own mean, by "
      "their sums, or the sums over the batch; none is not defined. Soft labels weigh the terms of both sums; class "
      "weights, weights and masks multiply those terms.";
  static constexpr LogSumExpHooks hooks{.along_classes = true, .temperatures = true};

  double t_pos = 4, t_neg = 1;

  template <class Self, class Visit> static void fields(Self& self, Visit&& visit) {
    visit("t_pos", self.t_pos, temperatures("the positives' logits are divided by it"),
          "T_p: temperature of the positives");
    visit("t_neg", self.t_neg, temperatures("the negatives' logits are divided by it"),
          "T_n: temperature of the negatives");
  }

  double temperature_pos() const { return t_pos; }
  double temperature_neg() const { return t_neg; }
  template <class T> SKEW_HD T value(T lse_pos, T lse_neg) const {
    using S = scalar_t<T>;
    return softplus(S(t_pos) * lse_pos + S(t_neg) * lse_neg);
  }
};

}  // namespace skew
