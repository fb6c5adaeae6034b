// RAL, the Robust Asymmetric Loss: W. Park, I. Park, S. Kim, J. Ryu, "Robust asymmetric loss for multi-label
// long-tailed learning", ICCVW (CVAMD) 2023, arXiv 2308.05542. It focuses asymmetrically, bends the first two Taylor
// terms of the positives, and lets the steepness of hard negatives fall off (the Hill factor), so that missing labels
// hurt less. Two forms exist, and both are here: the paper's Eq. (6), and the public code's, which multiplies the
// negatives by p² and (λ−q) on top, takes ε₋q for ε₋(1−q), and is where everybody's numbers come from (the default).
#pragma once
#include "losses/clipped_sigmoid.h"
#include "losses/kinds/pointwise/formula.h"

namespace skew {

enum class RalForm { code, paper };
constexpr std::array<const char*, 2> words_of(RalForm) { return {"code", "paper"}; }

// Terms of the two Taylor series kept, M for positives and N for negatives; 0 is all of them. As text: `inf`, `M,N`.
struct RalTerms {
  int positive = 0, negative = 0;
  SKEW_HD bool finite() const { return positive > 0; }
  double number() const { return pair_radix * positive + negative; }
  static RalTerms from_number(double v) { return {int(v) / pair_radix, int(v) % pair_radix}; }
  static constexpr auto range = "inf, or M,N from 1 to 1023";
};
void set_field(FieldName what, RalTerms& value, const std::string& text, const Range&);
std::string field_text(RalTerms value);
void check_field(FieldName what, RalTerms value, const Range&);

struct Ral {
  static constexpr auto name = "ral";
  static constexpr auto summary =
      "robust asymmetric loss: asymmetric focusing, bent Taylor terms, Hill-shaped negatives";
  static constexpr auto formula =
      "−[y·A + (1−y)·B·hill]·w,  A = ln p + ε₊(1−p) + ½ε₊₊(1−p)²,  B = ln q + ε₋q,  hill = (λ−p)·p²·(λ−q),  "
      "w = [y·(1−p) + (1−y)·r]^(γ₊y + γ₋(1−y)),  q = min(1−p+m, 1), r = 1−q";
  static constexpr auto formula_paper =
      "−[y·A + (1−y)·B·hill]·w,  A = ln p + ε₊(1−p) + ½ε₊₊(1−p)²,  B = ln q + ε₋r,  hill = λ−p,  "
      "w = [y·(1−p) + (1−y)·r]^(γ₊y + γ₋(1−y)),  q = min(1−p+m, 1), r = 1−q";
  static constexpr auto latex_paper =
      R"(-\bigl[y\,A+(1-y)\,B\,(\lambda-p)\bigr]\,w,\quad )"
      R"(A=\ln p+\epsilon_+(1-p)+\tfrac12\epsilon_{++}(1-p)^2,\quad B=\ln q+\epsilon_-(1-q),\quad )"
      R"(w=\bigl(1-[y\,p+(1-y)\,q]\bigr)^{\gamma_+y+\gamma_-(1-y)},\quad q=\min(1-p+m,1))";
  static constexpr auto paper = "Park et al., ICCVW 2023, arXiv 2308.05542";
  static constexpr auto remarks =
      "The forms differ in two places: the public code multiplies negatives by p² and (λ−q), which Eq. (6) does not "
      "have, and corrects them by ε₋q, where Eq. (6) has ε₋(1−q), alike at the default ε₋ = 0. form=paper (the name "
      "ral-paper) is Eq. (6).";
  static constexpr PointwiseHooks hooks{
      .latex = R"(-\bigl[y\,A+(1-y)\,B\,(\lambda-p)\,p^2(\lambda-q)\bigr]\,w,\quad )"
               R"(A=\ln p+\epsilon_+(1-p)+\tfrac12\epsilon_{++}(1-p)^2,\quad B=\ln q+\epsilon_-q,\quad )"
               R"(w=\bigl(1-[y\,p+(1-y)\,q]\bigr)^{\gamma_+y+\gamma_-(1-y)},\quad q=\min(1-p+m,1))",
      .written = true,
      .whole_exponents = true,
      .rare_settings = true,
      .names_factors = true};

  double gamma_neg = 4, gamma_pos = 0, clip = 0.05, lambda = 1.5;
  double epsilon_pos = 1, epsilon_pos_pow = -2.5, epsilon_neg = 0;
  bool detach_focus = false;
  RalForm form = RalForm::code;
  RalTerms terms{};
  bool parity = false;
  double eps = 1e-8;

  template <class Self, class Visit> static void fields(Self& self, Visit&& visit) {
    visit("gamma_neg", self.gamma_neg, at_least(0), "γ₋: how much easy negatives are played down");
    visit("gamma_pos", self.gamma_pos, at_least(0), "γ₊: how much easy positives are played down");
    visit("clip", self.clip, from_up_to(0, 1, "at 1 no negative would count"),
          "m (the paper's τ): negatives with p < m cost nothing; 0 switches it off");
    visit("lambda", self.lambda, above(1, "at λ ≤ 1 calling every class positive costs nothing"),
          "λ: the factor (λ−p) that eases off confident negatives, which may be missing labels");
    visit("epsilon_pos", self.epsilon_pos, finite(), "ε₊: taken from the first Taylor coefficient of the positives");
    visit("epsilon_pos_pow", self.epsilon_pos_pow, finite(), "ε₊₊: taken from the second");
    visit("epsilon_neg", self.epsilon_neg, finite(), "ε₋: the linear correction of the negatives");
    visit("detach_focus", self.detach_focus, finite(), "no gradient through the focusing weight w");
    visit("form", self.form, finite(), "code (public code) or paper (Eq. 6)");
    visit("terms", self.terms, finite(), "Taylor terms kept: inf, or M,N for positives and negatives");
    visit("parity", self.parity, finite(), "clamp p and q at eps as the public code does");
    visit("eps", self.eps, from_up_to(1e-30, 1), "ε of the clamps; parity only");
  }
  LossFormula written() const {
    return form == RalForm::paper ? LossFormula{formula_paper, latex_paper} : LossFormula{formula, hooks.latex};
  }
  bool whole_exponents() const { return whole_exponent(gamma_neg) && whole_exponent(gamma_pos); }
  bool rare_settings() const { return terms.finite() || parity; }

  template <class P, class X, class Y, class See = NobodyLooks>
  SKEW_HD number_t<X> value(X x, Y y, const See& see = {}) const {
    using T = number_t<X>;
    using S = scalar_t<T>;
    const ClippedSigmoid<T> s(x, clip, P::rare_settings && parity, eps);
    const S code = S(form == RalForm::code), slope = S(!detach_focus);  // 0 or 1: numbers, so that loops vectorise
    T log_p = s.log_p, log_q = s.log_q;
    if (P::rare_settings && terms.finite())
      log_p = log_series(s.not_p, terms.positive), log_q = log_series(s.r, terms.negative);
    const bool has_second = !(P::rare_settings && terms.finite()) || terms.positive > 1;
    const T a = log_p + s.not_p_floored * (S(epsilon_pos) + S(has_second ? epsilon_pos_pow / 2 : 0) * s.not_p_floored);
    const S of_q = code * S(epsilon_neg), of_r = (S(1) - code) * S(epsilon_neg);
    const T b = log_q + (of_q * s.q_floored + of_r * s.r);
    const T hill = (S(lambda) - s.p) * (code * s.p * s.p * (S(lambda) - s.q) + (S(1) - code));
    const T w = P::power(mix(y, s.not_p, s.r), mix(y, S(gamma_pos), S(gamma_neg)));
    see("p", s.p), see("q", s.q), see("r", s.r), see("A", a), see("B", b), see("hill", hill), see("w", w);
    return -(mix(y, a, b * hill) * with_slope(w, slope));
  }

 private:
  // ln(1−u) cut after `terms` terms: −Σ u^k/k.
  template <class T> SKEW_HD static T log_series(T u, int terms) {
    T power = u, sum = u;
    for (int k = 2; k <= terms; ++k) power = power * u, sum = sum + power / scalar_t<T>(k);
    return -sum;
  }
};

}  // namespace skew
