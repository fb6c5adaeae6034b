// What a pointwise loss is: a formula ℓ(x, y) of one logit and one label, written once as a template over the number
// type. From the formula come its derivative (dual numbers), its kernels on every device, its op and its entry in the
// table of losses. Losses that couple the classes of a row: ../softmax/formula.h, ../logsumexp/formula.h.
// Read next: losses/bce.h, the smallest, then losses/ral.h; "to add one" stands in losses/README.md.
#pragma once
#include <array>
#include <concepts>
#include <string_view>

#include "core/dual.h"
#include "core/fields.h"
#include "losses/kinds/exponents.h"
#include "losses/kinds/hooks.h"

namespace skew {

// ---- hooks: what a loss may say beside its formula, and what holds where it does not
struct PointwiseHooks {
  // -- facts
  const char* latex = "";      // the formula for papers
  bool label_selects = false;  // with a hard label its two sides are one formula of a selected sign or weight, so
                               // kernels compute each element once instead of zeros first and ones over them
  bool single_label = false;   // for one label an image: targets are class indices, the mean is over images
  // -- functions that the loss defines
  bool check = false;            // void check() const: throws for parameters that do not fit each other
  bool logit_scale = false;      // double logit_scale() const: the s of a formula of s·x (1)
  bool written = false;          // LossFormula written() const: the formula of these parameters (that of the table)
  bool whole_exponents = false;  // bool whole_exponents() const: whether its exponents are whole (it has none)
  bool rare_settings = false;    // bool rare_settings() const: whether a copy with P::rare_settings is needed (never)
  bool kernel_part = false;      // KernelPart kernel_part() const: what a kernel needs, without lists (../hooks.h)
  int class_numbers = 0;         // std::array<PerClass, this many, 1 or 2> class_numbers() const: what value() is told
                                 // of the element's class
  // -- functions of the loss, or of its KernelPart
  bool row_number = false;  // template <class T> static T row_number(T sum): the third of the ElementNumbers
  bool prepared = false;    // prepared(numbers): what value() gets in their place, first and second alone, worked out
                            // in a short loop before the long one
  bool own_logit = false;   // logit(x, y, numbers) and value_at<P>(t, y, numbers): with a hard label the formula is
                           // value_at of t, the logit made of x, whose sigmoids kernels know as they know x's elsewhere
  bool names_factors = false;  // value takes `see` as its last argument: see("w", w) names a factor where it is made
};

// The formula in words and as LaTeX, empty where nobody wrote it.
struct LossFormula {
  std::string_view text, latex;
};

// For hooks.names_factors: who looks at the factors when nobody does. Kernels pay nothing for it.
struct NobodyLooks {
  template <class T> SKEW_HD void operator()(const char*, T) const {}
};

// ---- labels: a hard one is a bool and selects its side (what the other side computes cannot matter, not even NaN); a
// soft one is a number in [0, 1] and weighs: y · positive + (1−y) · negative.
template <class T> SKEW_HD T mix(bool y, T positive, T negative) { return select(y, positive, negative); }
template <class T> SKEW_HD T mix(scalar_t<T> y, T positive, T negative) {
  return y * positive + (scalar_t<T>(1) - y) * negative;
}

// ---- logits: the x of a formula is a number, or something whose σ(x), σ(−x) and their logarithms a kernel has
// computed beforehand (backends/cpu/vector/known_logit.h): sigmoid(x), log_sigmoid(x) and −x work on both, number(x) is
// x itself and number_t its type, the type the formula computes in.
SKEW_HD float number(float x) { return x; }
SKEW_HD double number(double x) { return x; }
#if !defined(__CUDACC__)  // no long double there
SKEW_HD Long number(Long x) { return x; }
#endif
template <class T> SKEW_HD Dual<T> number(Dual<T> x) { return x; }
template <class X> using number_t = decltype(number(X{}));

// x within ±1e30, for a loss that scales its logit: the product stays finite.
template <class T> SKEW_HD T bounded(T x) { return minimum(maximum(x, scalar_t<T>(-1e30)), scalar_t<T>(1e30)); }

// ---- numbers beside logit and label: what a loss with hooks.class_numbers is told of an element's class and, with
// hooks.row_number, of its row, which couples the labels of an image (losses/distribution_balanced.h).
template <class T> struct ElementNumbers {
  T first, second;  // of the class
  T row;            // row_number(Σ over the row's classes: label · that class's last number); masked labels are 0
  SKEW_HD constexpr ElementNumbers(T first = 1, T second = 1, T row = 1) : first(first), second(second), row(row) {}
};

// ---- the concept: name, formula, paper and fields describe the loss to people; value<P>(x, y) is it. It computes in
// T = number_t<X>: float, double or a Dual of them; Y is bool (hard) or scalar_t<T> (soft); P: exponents.h. A loss with
// class_numbers takes them as well: value<P>(x, y, ElementNumbers<scalar_t<T>>).
template <class P, class L, class X, class Y>
SKEW_HD number_t<X> evaluate(const KernelOf<L>& formula, X x, Y y, ElementNumbers<scalar_t<number_t<X>>> numbers) {
  if constexpr (L::hooks.prepared) return formula.template value<P>(x, y, formula.prepared(numbers));
  else if constexpr (L::hooks.class_numbers > 0) return formula.template value<P>(x, y, numbers);
  else return formula.template value<P>(x, y);
}

// f(P) for labels that are all hard, or may be soft.
template <class L, bool hard_labels, class F> SKEW_HD auto with_exponents_of(ExponentChoice choice, F&& f) {
  return with_exponents<L::hooks.whole_exponents, L::hooks.rare_settings, hard_labels>(choice, f);
}
template <class L> ExponentChoice exponents_of(const L& loss) {
  ExponentChoice choice;
  if constexpr (L::hooks.whole_exponents) choice.whole = loss.whole_exponents();
  if constexpr (L::hooks.rare_settings) choice.rare = loss.rare_settings();
  return choice;
}

template <class L>
concept PointwiseLoss = Described<L, PointwiseHooks> && requires(const KernelOf<L>& formula, Dual<float> x, bool hard) {
  { evaluate<RealExponents, L>(formula, x, hard, 1.0f) } -> std::same_as<Dual<float>>;
};

// Compiles if the loss defines the hooks that it announces, and no others.
template <class L> consteval bool check_pointwise_hooks() {
  constexpr PointwiseHooks h = L::hooks;
  using K = KernelOf<L>;
  using N = ElementNumbers<float>;
  announced_and_defined("check", h.check, (requires(const L& l) { l.check(); }));
  announced_and_defined("logit_scale", h.logit_scale, (requires(const L& l) { l.logit_scale(); }));
  announced_and_defined("written", h.written, (requires(const L& l) { l.written(); }));
  announced_and_defined("whole_exponents", h.whole_exponents, (requires(const L& l) { l.whole_exponents(); }));
  announced_and_defined("rare_settings", h.rare_settings, (requires(const L& l) { l.rare_settings(); }));
  announced_and_defined("kernel_part", h.kernel_part, (requires(const L& l) { l.kernel_part(); }));
  announced_and_defined("class_numbers", h.class_numbers > 0, (requires(const L& l) { l.class_numbers(); }));
  announced_and_defined("row_number", h.row_number, (requires { K::row_number(1.0f); }));
  announced_and_defined("prepared", h.prepared, (requires(const K& k) { k.prepared(N()); }));
  announced_and_defined("logit", h.own_logit, (requires(const K& k) { k.logit(1.0f, true, N()); }));
  announced_and_defined("value_at", h.own_logit,
                        (requires(const K& k) { k.template value_at<RealExponents>(1.0f, true, N()); }));
  announced_and_defined("names_factors", h.names_factors,
                        (requires(const K& k) { k.template value<RealExponents>(1.0f, true, NobodyLooks{}); }));
  return true;
}

}  // namespace skew
