// Focusing powers base^exponent, and which of its compiled copies a formula is computed with. A formula is written
// once, as `value<P>(…)`, and compiled for two or three kinds of P; kernels pick one by with_exponents, on every device
// alike. Here base ≥ 0; 0^0 = 1, and the slope at base 0 is 0.
#pragma once
#include "core/dual.h"

namespace skew {

// Exponents 0, 1, … 8 as b^(1·c₁ + 2·c₂ + 4·c₄) · b with bits c ∈ {0, 1} as numbers: no branch, no logarithm. Each
// factor c·b + (1−c) is b or 1 exactly.
struct WholeExponents {
  static constexpr bool rare_settings = false;
  template <class T> SKEW_HD static T power(T base, scalar_t<T> exponent) {
    using S = scalar_t<T>;
    const S positive = minimum(exponent, S(1));
    return positive * (lower_power(base, exponent) * base) + (S(1) - positive);
  }
  template <class T> SKEW_HD static Dual<T> power(Dual<T> base, scalar_t<T> exponent) {
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
struct RealExponents {
  static constexpr bool rare_settings = false;
  template <class T> SKEW_HD static T power(T base, scalar_t<T> exponent) { return pow_positive(base, exponent); }
};
// Real exponents, and what hardly anyone trains with: logarithms cut to finitely many terms (ral.h), the public codes'
// clamps (clipped_sigmoid.h). A formula asks `if (P::rare_settings && …)`, so everybody else's copies do without.
struct RareSettings : RealExponents {
  static constexpr bool rare_settings = true;
};

// What WholeExponents computes.
SKEW_HD bool whole_exponent(double e) { return e >= 0 && e <= 8 && e == double(int(e)); }

// What a loss's parameters allow and ask for.
struct ExponentChoice {
  bool whole = false, rare = false;
};

// f(P) with the copy that computes, P one of the three above: the one rule of all devices. A soft label mixes the
// exponents of both sides, γ₊y + γ₋(1−y), so whole ones are for hard labels only. `has_whole` and `has_rare`: of the
// loss, whether it has exponents or rare settings at all; copies that nobody needs are not made.
template <bool has_whole, bool has_rare, bool hard_labels, class F>
SKEW_HD auto with_exponents(ExponentChoice choice, F&& f) {
  if constexpr (has_rare)
    if (choice.rare) return f(RareSettings{});
  if constexpr (has_whole && hard_labels)
    if (choice.whole) return f(WholeExponents{});
  return f(RealExponents{});
}

}  // namespace skew
