// ASL, the Asymmetric Loss: T. Ridnik et al., "Asymmetric loss for multi-label classification", ICCV 2021,
// arXiv 2009.14119. Focal loss with an exponent of its own for positives and negatives, and a clip under which
// negatives cost nothing. No gradient flows through the focusing weight unless detach_focus = false.
#pragma once
#include "losses/clipped_sigmoid.h"
#include "losses/kinds/pointwise/formula.h"

namespace skew {

struct Asl {
  static constexpr auto name = "asl";
  static constexpr auto summary = "asymmetric loss: focal loss with separate focusing and a clip for negatives";
  static constexpr auto formula =
      "−[y·ln p + (1−y)·ln q]·w,  w = [y·(1−p) + (1−y)·r]^(γ₊y + γ₋(1−y)),  q = min(1−p+m, 1), r = 1−q";
  static constexpr auto paper = "Ridnik et al., ICCV 2021, arXiv 2009.14119";
  static constexpr auto remarks = "The public code sums over all elements; here the default reduction is the mean.";
  static constexpr PointwiseHooks hooks{
      .latex = R"(-[y\ln p+(1-y)\ln q]\,w,\quad )"
               R"(w=\bigl(1-[y\,p+(1-y)\,q]\bigr)^{\gamma_+y+\gamma_-(1-y)},\quad q=\min(1-p+m,1))",
      .whole_exponents = true,
      .rare_settings = true,
      .names_factors = true};

  double gamma_neg = 4, gamma_pos = 1, clip = 0.05;
  bool detach_focus = true;
  bool parity = false;
  double eps = 1e-8;

  template <class Self, class Visit> static void fields(Self& self, Visit&& visit) {
    visit("gamma_neg", self.gamma_neg, at_least(0), "γ₋: how much easy negatives are played down");
    visit("gamma_pos", self.gamma_pos, at_least(0), "γ₊: how much easy positives are played down");
    visit("clip", self.clip, from_up_to(0, 1, "at 1 no negative would count"),
          "m: negatives with p < m cost nothing; 0 switches it off");
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
    const T w = P::power(mix(y, s.not_p, s.r), mix(y, S(gamma_pos), S(gamma_neg)));
    see("p", s.p), see("q", s.q), see("r", s.r), see("w", w);
    return -(mix(y, s.log_p, s.log_q) * with_slope(w, S(!detach_focus)));
  }
};

}  // namespace skew
