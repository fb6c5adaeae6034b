// RAL for labels that exclude each other: Park et al., "Robust asymmetric loss for multi-label long-tailed learning",
// ICCVW 2023, arXiv 2308.05542, the single-label form of the public code. Smoothed cross-entropy whose class k is
// weighed by w_k, from RAL's positive term X_k and its Hill-weighted negative term N_k of the same class.
// Where p underflows the products p·ln²p and (1−p)²·ln(1−p) are 0, their limits: no spread of logits gives NaN; and
// where w·ln p would leave the number type, the value saturates and the slope stays.
#pragma once
#include "losses/kinds/softmax/formula.h"

namespace skew {

struct RalSingle {
  static constexpr auto name = "ral_single";
  static constexpr auto summary = "robust asymmetric loss, single-label form";
  static constexpr auto formula =
      "−Σ_k t̂_k w_k ln p_k,  w_k = (1 − X_k − N_k)^(γ₊t_k + γ₋(1−t_k)),  "
      "X_k = p_k ln p_k·[ln c + ε₊(1−c) + ½ε₊₊(1−c)²],  c = max(p_k, s),  "
      "N_k = −(1−X_k)(ln d + ε₋d)(λ−(1−p_k))(1−p_k)²,  d = max(1−p_k, s),  t̂ = (1−s)t + s/C,  p = softmax(z)";
  static constexpr auto paper = "Park et al., ICCVW (CVAMD) 2023, arXiv 2308.05542";
  static constexpr auto remarks =
      "The form of the public code, which gives NaN once another class's logit lies 104 below the largest; this does "
      "not. With label_smoothing = 0 and γ₊ = 0 it is cross-entropy. A base 1 − X − N below 0 counts as 0.";
  static constexpr SoftmaxHooks hooks{.every_class = true, .whole_exponents = true};

  double gamma_pos = 0, gamma_neg = 4, lambda = 1.5;
  double epsilon_pos = 1, epsilon_pos_pow = -2.5, epsilon_neg = 0;
  double label_smoothing = 0.1;

  template <class Self, class Visit> static void fields(Self& self, Visit&& visit) {
    visit("gamma_pos", self.gamma_pos, at_least(0), "γ₊: how much an easy target is played down");
    visit("gamma_neg", self.gamma_neg, at_least(0), "γ₋: how much the other classes are");
    constexpr Range correction{.low = -1e4, .high = 1e4, .why = "beyond it the loss leaves the float range"};
    visit("lambda", self.lambda,
          Range{.low = 1, .high = 1e4, .low_open = true, .why = "at λ ≤ 1 the negative term changes its sign"},
          "λ: of the Hill factor");
    visit("epsilon_pos", self.epsilon_pos, correction, "ε₊: taken from the first Taylor coefficient of the positives");
    visit("epsilon_pos_pow", self.epsilon_pos_pow, correction, "ε₊₊: taken from the second");
    visit("epsilon_neg", self.epsilon_neg, correction, "ε₋: the linear correction of the negatives");
    visit("label_smoothing", self.label_smoothing, from_up_to(0, 1, "at 1 the target no longer counts"),
          "s: the share of the target spread over all classes, and the floor of p and 1−p in logarithms");
  }
  bool whole_exponents() const { return whole_exponent(gamma_neg) && whole_exponent(gamma_pos); }

  template <class P, class T, class Y> SKEW_HD T value(const ClassOf<T>& k, Y y, scalar_t<T> share) const {
    using S = scalar_t<T>;
    const S s = S(label_smoothing);
    const T log_p = maximum(k.log_p, S(-1000));  // below that p is 0, and so are its products with any power of ln p
    const T not_c = minimum(k.not_p, S(1) - s);
    const T x = k.p * log_p *
                (maximum(log_p, log_normal(s + S(1e-38))) + not_c * (S(epsilon_pos) + S(epsilon_pos_pow / 2) * not_c));
    const T d = maximum(maximum(k.not_p, s), S(1e-30)), log_d = log_near_one(d, -minimum(k.p, S(1) - s));
    const T n = (x - S(1)) * (log_d + S(epsilon_neg) * d) * (S(lambda) - k.not_p) * (k.not_p * k.not_p);
    const T base = minimum(maximum(S(1) - x - n, S(0)), S(1e9));  // bounds that only extreme parameters meet
    const T w = minimum(P::power(base, mix(y, S(gamma_pos), S(gamma_neg))), S(1e30));
    return -((mix(y, S(1) - s, S(0)) + s * share) * saturated(w * k.log_p));
  }
};

}  // namespace skew
