// What a softmax loss is: for labels that exclude each other, a sum over the classes of a row
//   L = Σ_k f(ln p_k, t_k),   p = softmax(s·(z + shift)),
// with f written once as a template over the number type. A dual number in ln p_k gives h_k = ∂f/∂ln p_k, and all
// losses share what follows from the softmax: ∂L/∂z_j = s·(h_j − p_j·Σ_k h_k). LDAM, balanced softmax, logit adjustment
// and seesaw only shift the logits before it. Read next: softmax_focal.h, ldam.h, backends/reference/softmax_loss.h.
#pragma once
#include <concepts>
#include <cstddef>
#include <limits>
#include <string_view>

#include "losses/pointwise_loss.h"

namespace skew {

// One class of a row as a formula sees it. 1−p is never 1 minus a rounded p, so a confident class keeps its digits.
template <class T>
struct ClassOf {
  T log_p, p, not_p;
  // 1−p as the base of a focusing power, whose slope divides by it; below this floor ln p, and with it the loss, is 0.
  SKEW_HD T power_base() const { return maximum(not_p, scalar_t<T>(1e-30)); }
};

// The same with ln p as the variable of differentiation: dp = p, d(1−p) = −p.
template <class T>
SKEW_HD ClassOf<Dual<T>> variable(const ClassOf<T>& k) {
  return {{k.log_p, T(1)}, {k.p, k.p}, {k.not_p, -k.p}};
}

// What a shift of class k's logit may depend on: the loss's number for k and for the target's class (class_numbers),
// and, for losses that say `static constexpr bool sees_softmax`, ln softmax(z) of both, taken as constants.
template <class S>
struct ShiftAt {
  S number, target_number;
  bool is_target;
  S log_p, target_log_p;
};

// ---- the parts of a loss that may be absent ------------------------------------------------------------------------
// value<P>(k): only the class of the target counts. value<P>(k, y, share): every class does; y is its label, bool
// (hard) or a number, and share = 1/C. Such losses have a label_smoothing, and at 0 hard targets make the others 0
// there too.
template <class L>
inline constexpr bool target_alone = requires(const L& loss, const ClassOf<double>& k) {
  loss.template value<RealPowers>(k);
};
template <class L>
inline constexpr bool takes_probabilities = !target_alone<L>;
template <class L>
inline constexpr bool shifts_logits = requires(const L& loss, const ShiftAt<double>& a) {
  loss.shift(a);
};
template <class L>
inline constexpr bool sees_softmax = requires {
  L::sees_softmax;
};

template <class P, class L, class T, class Y>
SKEW_HD T evaluate_class(const L& loss, const ClassOf<T>& k, Y y, scalar_t<T> share) {
  if constexpr (target_alone<L>)
    return loss.template value<P>(k);
  else
    return loss.template value<P>(k, y, share);
}
// True if hard targets make every class but the target's cost nothing.
template <class L>
SKEW_HD bool only_target_counts(const L& loss) {
  if constexpr (target_alone<L>)
    return true;
  else
    return loss.label_smoothing == 0;
}
template <class L>
bool has_whole_powers(const L& loss) {
  if constexpr (requires { loss.whole_powers(); })
    return loss.whole_powers();
  else
    return true;
}
template <class L>
SKEW_HD double logit_scale(const L& loss) {
  if constexpr (requires { loss.logit_scale(); })
    return loss.logit_scale();
  else
    return 1;
}

template <class L>
concept SoftmaxLoss = requires(const L& loss, const ClassOf<Dual<float>>& k, bool hard) {
  { L::name } -> std::convertible_to<std::string_view>;
  { L::summary } -> std::convertible_to<std::string_view>;
  { L::formula } -> std::convertible_to<std::string_view>;
  { L::paper } -> std::convertible_to<std::string_view>;
  { evaluate_class<RealPowers>(loss, k, hard, 0.5f) } -> std::same_as<Dual<float>>;
};

// ---- numerics ------------------------------------------------------------------------------------------------------
// ln p is kept above this, so that no spread of finite logits makes a loss (weighted by less than 1000) infinite.
template <class T>
inline constexpr T lowest_log_p = std::numeric_limits<T>::lowest() / 1024;

// The value no lower than that, the slope as it is: for a product with ln p, whose weight may be larger.
template <class T>
  requires std::is_arithmetic_v<T>
SKEW_HD T saturated(T x) { return maximum(x, lowest_log_p<T>); }
template <class T>
SKEW_HD Dual<T> saturated(Dual<T> x) { return {saturated(x.v), x.d}; }

// A row whose largest logit is infinite, in its limit: the classes there share the probability evenly, the others have
// none. True if it was; the row is then one of 0 and −∞.
template <class T>
SKEW_HD bool settle_infinities(T largest, T* u, ptrdiff_t classes) {
  constexpr T inf = std::numeric_limits<T>::infinity();
  if (largest != inf && largest != -inf) return false;
  for (ptrdiff_t k = 0; k < classes; ++k) u[k] = u[k] == largest ? T(0) : -inf;
  return true;
}

// ln p, p and 1−p of class k: d = s·(u_k − largest u), rest = Σ e^d over all classes but the largest one.
template <class T>
struct SoftmaxSums {
  T rest, inverse, log_sum;
};  // inverse = 1/(1+rest), log_sum = ln(1+rest)
template <class T>
SKEW_HD SoftmaxSums<T> softmax_sums(T rest) {
  return {rest, T(1) / (T(1) + rest), log1p(rest)};
}
template <class T>
SKEW_HD ClassOf<T> class_of(T d, T power, bool is_largest, const SoftmaxSums<T>& sums) {
  const T p = power * sums.inverse;
  return {d - sums.log_sum, p, select(is_largest, sums.rest * sums.inverse, T(1) - p)};
}

}  // namespace skew
