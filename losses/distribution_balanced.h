// Distribution-balanced loss: T. Wu et al., "Distribution-balanced loss for multi-label classification in long-tailed
// datasets", ECCV 2020, arXiv 2007.09654. Three corrections on a focal loss: an image is weighted by how often class-
// aware sampling would draw it for this class rather than for any of its classes (the weight couples the labels of a
// row), logits are biased by the class's odds, and negatives saturate early (λ_n).
#pragma once
#include "losses/class_weights.h"
#include "losses/kinds/pointwise/formula.h"

namespace skew {

struct DistributionBalanced {
  static constexpr auto name = "distribution_balanced";
  static constexpr auto summary = "distribution-balanced loss: re-balanced weights, biased logits, tolerant negatives";
  static constexpr auto formula =
      "W·[y·α_f·F(z) + (1−y)·(1−α_f)·F(−λ_n z)/λ_n],  F(t) = −(1−σ(t))^γ·ln σ(t),  z = x − κ·ln(N/n_c − 1),  "
      "W = α + σ(β(ρ−μ)),  ρ = (1/n_c) / Σ_k y_k/n_k";
  static constexpr auto paper = "Wu et al., ECCV 2020, arXiv 2007.09654";
  static constexpr auto remarks = "A row without positives has ρ = ∞ and W = 1+α; the public code divides by 0 there.";
  static constexpr PointwiseHooks hooks{.label_selects = true,
                                        .check = true,
                                        .whole_exponents = true,
                                        .kernel_part = true,
                                        .class_numbers = 2,
                                        .row_number = true,
                                        .prepared = true,
                                        .own_logit = true};

  double map_alpha = 0.1, map_beta = 10, map_mu = 0.2;
  double kappa = 0.05, neg_scale = 2, gamma = 2, focal_alpha = 0.5;
  PerClass class_freq = 1;
  double train_num = 2;  // twice class_freq: odds 1, no bias

  template <class Self, class Visit> static void fields(Self& self, Visit&& visit) {
    visit("map_alpha", self.map_alpha, at_least(0), "α: the smallest weight");
    visit("map_beta", self.map_beta, Range{.low = 0, .high = 1e4, .low_open = true}, "β: how steeply W follows ρ");
    visit("map_mu", self.map_mu, finite(), "μ: the ρ at which W is α + ½");
    visit("kappa", self.kappa, finite(), "κ: how much of a class's log-odds biases its logit");
    visit("neg_scale", self.neg_scale, Range{.low = 0, .high = 1e4, .low_open = true},
          "λ_n: how much earlier negatives saturate");
    visit("gamma", self.gamma, at_least(0), "γ: how much easy examples are played down");
    visit("focal_alpha", self.focal_alpha, Range{.low = 0, .high = 1, .why = "a share"},
          "α_f: weight of positives, 1−α_f of negatives");
    visit("class_freq", self.class_freq, class_counts(), "n_c: training images of each class; training sets it");
    visit("train_num", self.train_num, above(0), "N: training images; training sets it");
  }
  void check() const { check_odds({name, "class_freq"}, class_freq, train_num); }
  std::array<PerClass, 2> class_numbers() const {
    return {log_odds_bias(kappa, class_freq, train_num), inverse(class_freq)};
  }
  bool whole_exponents() const { return whole_exponent(gamma); }

  // The formula; the class's numbers are its bias and 1/n_c.
  struct KernelPart {
    double map_alpha, map_beta, map_mu, neg_scale, gamma, focal_alpha;

    template <class T> SKEW_HD static T row_number(T sum) {
      return 1 / maximum(sum, T(1e-30));
    }  // ρ = (1/n_c)·this; 1e30 for no positives
    // bias and ρ → bias and W
    template <class S> SKEW_HD ElementNumbers<S> prepared(ElementNumbers<S> n) const {
      return {n.first, sigmoid(S(map_beta) * (n.second * n.row - S(map_mu))) + S(map_alpha)};
    }

    template <class T> SKEW_HD T logit(T x, bool y, ElementNumbers<scalar_t<T>> numbers) const {
      using S = scalar_t<T>;
      return maximum(select(y, S(1), S(-neg_scale)) * (x + numbers.first),
                     S(-1e30));  // λ_n·z may leave the float range
    }
    template <class P, class X, class S> SKEW_HD number_t<X> value_at(X t, bool y, ElementNumbers<S> numbers) const {
      return numbers.second * select(y, S(focal_alpha), S((1 - focal_alpha) / neg_scale)) *
             (P::power(sigmoid(-t), S(gamma)) * -log_sigmoid(t));
    }
    template <class P, class X, class Y>
    SKEW_HD number_t<X> value(X x, Y y, ElementNumbers<scalar_t<number_t<X>>> numbers) const {
      auto side = [&](bool label) { return value_at<P>(logit(number(x), label, numbers), label, numbers); };
      if constexpr (std::is_same_v<Y, bool>) return side(y);
      else return mix(y, side(true), side(false));
    }
  };
  KernelPart kernel_part() const { return {map_alpha, map_beta, map_mu, neg_scale, gamma, focal_alpha}; }
};

}  // namespace skew
