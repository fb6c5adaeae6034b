// APL, the Asymmetric Polynomial Loss: Y. Huang et al., "Asymmetric polynomial loss for multi-label classification",
// ICASSP 2023, arXiv 2304.05361. ASL with the first two Taylor terms of the positives bent (PolyLoss): RAL without its
// Hill factor, and with the focusing weight detached by default.
#pragma once
#include "losses/clipped_sigmoid.h"
#include "losses/kinds/pointwise/formula.h"

namespace skew {

struct Apl {
  static constexpr auto name = "apl";
  static constexpr auto summary = "asymmetric polynomial loss: ASL with bent Taylor terms";
  static constexpr auto formula =
      "−[y·A + (1−y)·B]·w,  A = ln p + ε₊(1−p) + ½ε₊₊(1−p)²,  B = ln q + ε₋q,  "
      "w = [y·(1−p) + (1−y)·r]^(γ₊y + γ₋(1−y)),  q = min(1−p+m, 1), r = 1−q";
  static constexpr auto paper = "Huang et al., ICASSP 2023, arXiv 2304.05361";
  static constexpr auto remarks = "The public code sums over all elements; here the default reduction is the mean.";
  static constexpr PointwiseHooks hooks{
      .latex = R"(-[y\,A+(1-y)\,B]\,w,\quad )"
               R"(A=\ln p+\epsilon_+(1-p)+\tfrac12\epsilon_{++}(1-p)^2,\quad B=\ln q+\epsilon_-q,\quad )"
               R"(w=\bigl(1-[y\,p+(1-y)\,q]\bigr)^{\gamma_+y+\gamma_-(1-y)},\quad q=\min(1-p+m,1))",
      .whole_exponents = true,
      .rare_settings = true,
      .names_factors = true};

  double gamma_neg = 4, gamma_pos = 0, clip = 0.05;
  double epsilon_pos = 1, epsilon_pos_pow = -2.5, epsilon_neg = 0;
  bool detach_focus = true;
  bool parity = false;
  double eps = 1e-8;

  template <class Self, class Visit> static void fields(Self& self, Visit&& visit) {
    visit("gamma_neg", self.gamma_neg, at_least(0), "γ₋: how much easy negatives are played down");
    visit("gamma_pos", self.gamma_pos, at_least(0), "γ₊: how much easy positives are played down");
    visit("clip", self.clip, from_up_to(0, 1, "at 1 no negative would count"),
          "m: negatives with p < m cost nothing; 0 switches it off");
    visit("epsilon_pos", self.epsilon_pos, finite(), "ε₊: taken from the first Taylor coefficient of the positives");
    visit("epsilon_pos_pow", self.epsilon_pos_pow, finite(), "ε₊₊: taken from the second");
    visit("epsilon_neg", self.epsilon_neg, finite(), "ε₋: the linear correction of the negatives");
    visit("detach_focus", self.detach_focus, finite(), "no gradient through the focusing weight w");
    visit("parity", self.parity, finite(), "clamp p and q at eps as the public code does");
    visit("eps", self.eps, from_up_to(1e-30, 1), "ε of the clamps; parity only");
  }
  bool whole_exponents() const { return whole_exponent(gamma_neg) && whole_exponent(gamma_pos); }
  bool rare_settings() const { return parity; }

  template <class P, class X, class Y, class See = NobodyLooks>
  SKEW_HD number_t<X> value(X x, Y y, const See& see = {}) const {
    using T = number_t<X>;
    using S = scalar_t<T>;
    const ClippedSigmoid<T> s(x, clip, P::rare_settings && parity, eps);
    const T a = s.log_p + s.not_p_floored * (S(epsilon_pos) + S(epsilon_pos_pow / 2) * s.not_p_floored);
    const T b = s.log_q + S(epsilon_neg) * s.q_floored;
    const T w = P::power(mix(y, s.not_p, s.r), mix(y, S(gamma_pos), S(gamma_neg)));
    see("p", s.p), see("q", s.q), see("r", s.r), see("A", a), see("B", b), see("w", w);
    return -(mix(y, a, b) * with_slope(w, S(!detach_focus)));
  }
};

}  // namespace skew
