// What a softmax loss is: for labels that exclude each other, a sum over the classes of a row
//   L = Σ_k f(ln p_k, t_k),   p = softmax(s·(z + shift)),
// with f written once as a template over the number type. A dual number in ln p_k gives h_k = ∂f/∂ln p_k, and all
// losses share what follows from the softmax: ∂L/∂z_j = s·(h_j − p_j·Σ_k h_k). LDAM, balanced softmax, logit adjustment
// and seesaw only shift the logits before it.
// Read next: losses/softmax_focal.h, losses/ldam.h, backends/reference/softmax_loss.h.
#pragma once
#include <array>
#include <concepts>
#include <cstddef>
#include <limits>
#include <span>
#include <vector>

#include "losses/kinds/pointwise/formula.h"

namespace skew {

// One class of a row as a formula sees it. 1−p is never 1 minus a rounded p, so a confident class keeps its digits.
template <class T> struct ClassOf {
  T log_p, p, not_p;
  // 1−p as the base of a focusing power, whose slope divides by it; below this floor ln p, and with it the loss, is 0.
  SKEW_HD T power_base() const { return maximum(not_p, scalar_t<T>(1e-30)); }
};

// The same with ln p as the variable of differentiation: dp = p, d(1−p) = −p.
template <class T> SKEW_HD ClassOf<Dual<T>> variable(const ClassOf<T>& k) {
  return {{k.log_p, T(1)}, {k.p, k.p}, {k.not_p, -k.p}};
}

// What a shift of class k's logit may depend on: the loss's number for k and for the target's class (class_numbers),
// and, with hooks.sees_softmax, ln softmax(z) of both, taken as constants.
template <class S> struct ShiftAt {
  S number, target_number;
  bool is_target;
  S log_p, target_log_p;
};

// ---- hooks: what a loss may say beside its formula, and what holds where it does not
struct SoftmaxHooks {
  // -- facts
  bool every_class =
      false;  // its formula is value<P>(k, y, share): every class costs, y is its label, bool (hard) or a
              // number, share = 1/C. Such a loss also takes probabilities as targets, and has a member
              // label_smoothing, at 0 of which hard targets make the others 0. (value<P>(k): the target's)
  bool sees_softmax = false;  // its shift reads ln softmax(z)
  // -- functions that the loss defines
  bool check = false;            // void check() const: throws for parameters that do not fit each other
  bool logit_scale = false;      // double logit_scale() const: the s of softmax(s·(z + shift)) (1)
  bool whole_exponents = false;  // bool whole_exponents() const: whether its exponents are whole (it has none)
  bool kernel_part = false;      // KernelPart kernel_part() const: what a kernel needs, without lists (../hooks.h)
  bool class_numbers = false;    // void class_numbers(std::span<double> to) const: a number of each class for shift();
                                 // throws ShapeError where its list does not fit so many classes
  bool counts_labels = false;    // std::vector<double> counted(labels) const: its cum_samples after a batch;
                                 // class_numbers is handed the batch's rows of each class
  bool own_weights = false;      // bool own_weights(std::span<double> to) const: a weight of each class; false: 1
  // -- of the loss, or of its KernelPart
  bool shift = false;  // template <class S> S shift(const ShiftAt<S>&) const: added to the logits (0)
};

template <class P, class L, class T, class Y>
SKEW_HD T evaluate_class(const KernelOf<L>& formula, const ClassOf<T>& k, Y y, scalar_t<T> share) {
  if constexpr (L::hooks.every_class) return formula.template value<P>(k, y, share);
  else return formula.template value<P>(k);
}
// True if hard targets make every class but the target's cost nothing.
template <class L> SKEW_HD bool only_target_counts(const KernelOf<L>& formula) {
  if constexpr (L::hooks.every_class) return formula.label_smoothing == 0;
  else return true;
}
// f(P) for targets that are all indices (hard), or probabilities.
template <class L, bool hard_labels, class F> SKEW_HD auto with_row_exponents(ExponentChoice choice, F&& f) {
  return with_exponents<L::hooks.whole_exponents, false, hard_labels>(choice, f);
}
template <class L> double logit_scale(const L& loss) {
  if constexpr (L::hooks.logit_scale) return loss.logit_scale();
  else return 1;
}

template <class L>
concept SoftmaxLoss = Described<L, SoftmaxHooks> &&
    requires(const KernelOf<L>& formula, const ClassOf<Dual<float>>& k, bool hard) {
  { evaluate_class<RealExponents, L>(formula, k, hard, 0.5f) } -> std::same_as<Dual<float>>;
};

// Compiles if the loss defines the hooks that it announces, and no others.
template <class L> consteval bool check_softmax_hooks() {
  constexpr SoftmaxHooks h = L::hooks;
  using K = KernelOf<L>;
  announced_and_defined("check", h.check, (requires(const L& l) { l.check(); }));
  announced_and_defined("logit_scale", h.logit_scale, (requires(const L& l) { l.logit_scale(); }));
  announced_and_defined("whole_exponents", h.whole_exponents, (requires(const L& l) { l.whole_exponents(); }));
  announced_and_defined("kernel_part", h.kernel_part, (requires(const L& l) { l.kernel_part(); }));
  announced_and_defined("class_numbers", h.class_numbers,
                        (requires(const L& l, std::span<double> to) { l.class_numbers(to); }));
  announced_and_defined("counts_labels", h.counts_labels,
                        (requires(const L& l) { l.counted(std::vector<int64_t>()); }));
  announced_and_defined("own_weights", h.own_weights,
                        (requires(const L& l, std::span<double> to) { l.own_weights(to); }));
  announced_and_defined("shift", h.shift, (requires(const K& k) { k.shift(ShiftAt<float>()); }));
  return true;
}

// ---- numerics ------------------------------------------------------------------------------------------------------
// ln p is kept above this, so that no spread of finite logits makes a loss (weighted by less than 1000) infinite.
template <class T> inline constexpr T lowest_log_p = std::numeric_limits<T>::lowest() / 1024;

// The value no lower than that, the slope as it is: for a product with ln p, whose weight may be larger.
template <class T>
requires std::is_arithmetic_v<T> SKEW_HD T saturated(T x) { return maximum(x, lowest_log_p<T>); }
template <class T> SKEW_HD Dual<T> saturated(Dual<T> x) { return {saturated(x.v), x.d}; }

// A row whose largest logit is infinite, in its limit: the classes there share the probability evenly, the others have
// none. True if it was; the row is then one of 0 and −∞.
template <class T> SKEW_HD bool settle_infinities(T largest, T* u, ptrdiff_t classes) {
  constexpr T inf = std::numeric_limits<T>::infinity();
  if (largest != inf && largest != -inf) return false;
  for (ptrdiff_t k = 0; k < classes; ++k) u[k] = u[k] == largest ? T(0) : -inf;
  return true;
}

// ln p, p and 1−p of class k: d = s·(u_k − largest u), rest = Σ e^d over all classes but the largest one.
template <class T> struct SoftmaxSums { T rest, inverse, log_sum; };  // inverse = 1/(1+rest), log_sum = ln(1+rest)
template <class T> SKEW_HD SoftmaxSums<T> softmax_sums(T rest) { return {rest, T(1) / (T(1) + rest), log1p(rest)}; }
template <class T> SKEW_HD ClassOf<T> class_of(T d, T power, bool is_largest, const SoftmaxSums<T>& sums) {
  const T p = power * sums.inverse;
  return {d - sums.log_sum, p, select(is_largest, sums.rest * sums.inverse, T(1) - p)};
}

}  // namespace skew
