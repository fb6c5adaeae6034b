// What a pointwise loss is: a formula ℓ(x, y) of one logit and one label, written once as a template over the number
// type. From the formula come its derivative (dual numbers), its kernels on every device, its op and its row in the
// table of losses. Losses that couple the classes of a row: softmax_loss.h, set_loss.h.
// Read next: bce.h, the smallest, then ral.h; "to add one" stands in losses/README.md.
#pragma once
#include <array>
#include <concepts>
#include <limits>
#include <string_view>

#include "core/dual.h"
#include "core/fields.h"

namespace skew {

// ---- named factors -------------------------------------------------------------------------------------------------
// A formula may name its factors to whoever looks at it: value<P>(x, y, see) calls see("w", w) where w is made. Kernels
// leave `see` out and pay nothing.
struct NobodyLooks {
  template <class T>
  SKEW_HD void operator()(const char*, T) const {}
};

// ---- labels --------------------------------------------------------------------------------------------------------
// A hard label is a bool and selects its side (what the other side computes cannot matter, not even NaN); a soft label
// is a number in [0, 1] and weighs: y · positive + (1−y) · negative.
template <class T>
SKEW_HD T mix(bool y, T positive, T negative) { return select(y, positive, negative); }
template <class T>
SKEW_HD T mix(scalar_t<T> y, T positive, T negative) { return y * positive + (scalar_t<T>(1) - y) * negative; }

// ---- logits --------------------------------------------------------------------------------------------------------
// The logit x of a formula is a number, or something whose σ(x), σ(−x) and their logarithms a kernel has computed
// beforehand (backends/cpu/vector/known_logit.h): sigmoid(x), log_sigmoid(x) and −x work on both, number(x) is x itself
// and number_t its type, the type the formula computes in.
SKEW_HD float number(float x) { return x; }
SKEW_HD double number(double x) { return x; }
SKEW_HD Long number(Long x) { return x; }
template <class T>
SKEW_HD Dual<T> number(Dual<T> x) { return x; }
template <class X>
using number_t = decltype(number(X{}));

// x within ±1e30, for a loss that scales its logit: the product stays finite.
template <class T>
SKEW_HD T bounded(T x) { return minimum(maximum(x, scalar_t<T>(-1e30)), scalar_t<T>(1e30)); }

// ---- focusing powers -----------------------------------------------------------------------------------------------
// base^exponent for base ≥ 0; 0^0 = 1 and the slope at base 0 is 0. A formula is compiled once with each of these and
// the kernel picks by the loss's `powers()`.
enum class Powers { whole, real, rare };

// Exponents 0, 1, … 8 as b^(1·c₁ + 2·c₂ + 4·c₄) · b with bits c ∈ {0, 1} as numbers: no branch, no logarithm. Each
// factor c·b + (1−c) is b or 1 exactly.
struct WholePowers {
  static constexpr bool rare = false;
  template <class T>
  SKEW_HD static T power(T base, scalar_t<T> exponent) {
    using S = scalar_t<T>;
    const S positive = minimum(exponent, S(1));
    return positive * (lower_power(base, exponent) * base) + (S(1) - positive);
  }
  template <class T>
  SKEW_HD static Dual<T> power(Dual<T> base, scalar_t<T> exponent) {
    using S = scalar_t<T>;
    const S positive = minimum(exponent, S(1));
    const T lower = lower_power(base.v, exponent);
    return {positive * (lower * base.v) + (S(1) - positive), exponent * lower * base.d};
  }

 private:
  template <class T>  // base^(exponent − 1); 1 for exponent 0
  SKEW_HD static T lower_power(T base, scalar_t<T> exponent) {
    using S = scalar_t<T>;
    const int32_t whole = int32_t(maximum(exponent - S(1), S(0)));
    const S bit1 = S(whole & 1), bit2 = S((whole >> 1) & 1), bit4 = S((whole >> 2) & 1);
    const T square = base * base;
    return (bit1 * base + (S(1) - bit1)) * (bit2 * square + (S(1) - bit2)) * (bit4 * (square * square) + (S(1) - bit4));
  }
};
// Any exponent ≥ 0 through exp and log.
struct RealPowers {
  static constexpr bool rare = false;
  template <class T>
  SKEW_HD static T power(T base, scalar_t<T> exponent) { return pow_positive(base, exponent); }
};
// RealPowers for settings that hardly anyone trains with: logarithms cut to finitely many terms (ral.h), the public
// codes' clamps (clipped_sigmoid.h). They get kernels of their own (`has_rare`); everybody else's do without them.
struct RarePowers : RealPowers {
  static constexpr bool rare = true;
};

SKEW_HD bool whole_power(double e) { return e >= 0 && e <= 8 && e == double(int(e)); }

// ---- numbers beside logit and label --------------------------------------------------------------------------------
// What a loss may know of an element's class and row. It says so by `std::array<PerClass, 1 or 2> per_class() const`, and
// by `static T of_row(T sum)` if it wants the third, which couples the labels of an image (distribution_balanced.h).
template <class T>
struct ElementNumbers {
  T first, second;  // of the class
  T row;            // of_row(Σ over the row's classes: label · that class's last number); masked labels are 0
  SKEW_HD constexpr ElementNumbers(T first = 1, T second = 1, T row = 1) : first(first), second(second), row(row) {}
};
template <class L>
concept HasNumbers = requires(const L& loss) { loss.per_class(); };
template <class L>
inline constexpr bool has_second_number = [] {
  if constexpr (HasNumbers<L>) return std::tuple_size_v<decltype(std::declval<L>().per_class())> == 2;
  else return false;
}();
template <class L>
inline constexpr bool has_row_number = requires { L::of_row(1.0f); };
// `prepared(numbers)`, where a loss has it, is what value() gets in their place, first and second alone: functions of the
// numbers, which kernels work out in a short loop before the long one.
template <class L>
inline constexpr bool has_prepared_numbers = requires(const L& loss) { loss.prepared(ElementNumbers<float>()); };
// `logit(x, y, numbers)`, where a loss has it: with a hard label its formula is at_logit<P>(t, y, numbers), t the logit
// made of x, and kernels know the sigmoids of t as they know those of x elsewhere.
template <class L>
inline constexpr bool has_own_logit =
    requires(const L& loss, Dual<float> x) { loss.logit(x, true, ElementNumbers<float>()); };

// `label_selects = true`, where a loss has it: with a hard label its two sides are one formula of a selected sign or
// weight, so kernels compute each element once instead of zeros first and ones over them.
template <class L>
inline constexpr bool label_only_selects = [] {
  if constexpr (requires { L::label_selects; }) return L::label_selects;
  else return false;
}();

// `has_rare = true`, where a loss has it: kernels are made for Powers::rare, too.
template <class L>
inline constexpr bool made_for_rare = requires { L::has_rare; };

// ---- the concept ---------------------------------------------------------------------------------------------------
// Name, formula, paper and parameters describe the loss to people; value<P>(x, y) is it. It computes in T =
// number_t<X>: float, double or a Dual of them; Y is bool (hard) or scalar_t<T> (soft). A loss with numbers of the
// element takes them as well: value<P>(x, y, ElementNumbers<scalar_t<T>>). `check()`, if there is one, throws for
// parameters that do not fit each other.
template <class P, class L, class X, class Y>
SKEW_HD number_t<X> evaluate(const L& loss, X x, Y y, ElementNumbers<scalar_t<number_t<X>>> numbers) {
  if constexpr (has_prepared_numbers<L>) return loss.template value<P>(x, y, loss.prepared(numbers));
  else if constexpr (HasNumbers<L>) return loss.template value<P>(x, y, numbers);
  else return loss.template value<P>(x, y);
}

template <class L>
concept PointwiseLoss = requires(const L& loss, Dual<float> x, bool hard) {
  { L::name } -> std::convertible_to<std::string_view>;
  { L::summary } -> std::convertible_to<std::string_view>;
  { L::formula } -> std::convertible_to<std::string_view>;
  { L::paper } -> std::convertible_to<std::string_view>;
  { loss.powers() } -> std::same_as<Powers>;
  { evaluate<RealPowers>(loss, x, hard, 1.0f) } -> std::same_as<Dual<float>>;
};

}  // namespace skew
