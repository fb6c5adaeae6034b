// Dual numbers: a value and its derivative, carried together through a formula (forward-mode differentiation).
// Every loss and every element-wise op is written once as a template over the number type; run on Dual it yields
// value and derivative from the same code, so they cannot disagree. A Dual of Dual yields the curvature too.
// Not the graph's gradients (core/backward.h): those go between tensors, these inside one element-wise kernel.
#pragma once
#include <type_traits>

#include "core/math.h"

// A table of rules, one a line:
// clang-format off

namespace skew {

// v: the value; d: its derivative with respect to the variable (the number made by `variable`).
template <class T> struct Dual {
  T v, d;
};

// The plain number inside: float for float, Dual<float> and Dual<Dual<float>>. Parameters and labels have this type.
template <class T> struct Scalar { using type = T; };
template <class T> struct Scalar<Dual<T>> { using type = typename Scalar<T>::type; };
template <class T> using scalar_t = typename Scalar<T>::type;

// The variable of differentiation, dx/dx = 1, and its second-order form: .v.v value, .d.v slope, .d.d curvature.
template <class T> SKEW_HD Dual<T> variable(T x) { return {x, T(1)}; }
template <class T> SKEW_HD Dual<Dual<T>> variable_twice(T x) { return {{x, T(1)}, {T(1), T(0)}}; }

// A constant of type T (float, double or a Dual of them).
template <class T> SKEW_HD T constant(scalar_t<T> c) {
  if constexpr (std::is_arithmetic_v<T>) return c;
  else return {constant<decltype(T::v)>(c), constant<decltype(T::v)>(0)};
}
// The value without any derivative, and the same as a plain number.
template <class T>
  requires std::is_arithmetic_v<T>
SKEW_HD T primal(T x) { return x; }
template <class T> SKEW_HD scalar_t<T> primal(Dual<T> x) { return primal(x.v); }
template <class T> SKEW_HD T detach(T x) { return constant<T>(primal(x)); }

// The value with its derivative times `share`: 1 keeps it, 0 detaches.
template <class T>
  requires std::is_arithmetic_v<T>
SKEW_HD T with_slope(T x, T) { return x; }
template <class T>
SKEW_HD Dual<T> with_slope(Dual<T> x, scalar_t<T> share) { return {with_slope(x.v, share), share * x.d}; }

// ---- arithmetic; S is the plain number type, so constants carry no derivative to multiply -------------------------
template <class T> SKEW_HD Dual<T> operator-(Dual<T> a) { return {-a.v, -a.d}; }
template <class T> SKEW_HD Dual<T> operator+(Dual<T> a, Dual<T> b) { return {a.v + b.v, a.d + b.d}; }
template <class T> SKEW_HD Dual<T> operator-(Dual<T> a, Dual<T> b) { return {a.v - b.v, a.d - b.d}; }
template <class T> SKEW_HD Dual<T> operator*(Dual<T> a, Dual<T> b) { return {a.v * b.v, a.d * b.v + a.v * b.d}; }
template <class T> SKEW_HD Dual<T> operator/(Dual<T> a, Dual<T> b) {
  const T q = a.v / b.v;
  return {q, (a.d - q * b.d) / b.v};
}
template <class T> SKEW_HD Dual<T> operator+(Dual<T> a, scalar_t<T> s) { return {a.v + s, a.d}; }
template <class T> SKEW_HD Dual<T> operator+(scalar_t<T> s, Dual<T> a) { return {s + a.v, a.d}; }
template <class T> SKEW_HD Dual<T> operator-(Dual<T> a, scalar_t<T> s) { return {a.v - s, a.d}; }
template <class T> SKEW_HD Dual<T> operator-(scalar_t<T> s, Dual<T> a) { return {s - a.v, -a.d}; }
template <class T> SKEW_HD Dual<T> operator*(Dual<T> a, scalar_t<T> s) { return {a.v * s, a.d * s}; }
template <class T> SKEW_HD Dual<T> operator*(scalar_t<T> s, Dual<T> a) { return {s * a.v, s * a.d}; }
template <class T> SKEW_HD Dual<T> operator/(Dual<T> a, scalar_t<T> s) { return {a.v / s, a.d / s}; }
template <class T> SKEW_HD Dual<T> operator/(scalar_t<T> s, Dual<T> b) {
  const T q = s / b.v;
  return {q, -(q * b.d) / b.v};
}

// ---- comparisons and choices: the derivative follows the side that was taken --------------------------------------
template <class T> SKEW_HD bool operator<(Dual<T> a, scalar_t<T> s) { return primal(a) < s; }
template <class T> SKEW_HD bool operator>(Dual<T> a, scalar_t<T> s) { return primal(a) > s; }
template <class T>
SKEW_HD Dual<T> select(bool c, Dual<T> a, Dual<T> b) { return {select(c, a.v, b.v), select(c, a.d, b.d)}; }
template <class T> SKEW_HD Dual<T> maximum(Dual<T> a, scalar_t<T> s) { return select(a > s, a, constant<Dual<T>>(s)); }
template <class T> SKEW_HD Dual<T> minimum(Dual<T> a, scalar_t<T> s) { return select(a < s, a, constant<Dual<T>>(s)); }
template <class T> SKEW_HD Dual<T> maximum(Dual<T> a, Dual<T> b) { return select(primal(a) > primal(b), a, b); }
template <class T> SKEW_HD Dual<T> minimum(Dual<T> a, Dual<T> b) { return select(primal(a) < primal(b), a, b); }
template <class T> SKEW_HD Dual<T> abs(Dual<T> x) { return select(x < 0, -x, x); }  // slope 1 at 0

// ---- functions ----------------------------------------------------------------------------------------------------
template <class T> SKEW_HD Dual<T> exp(Dual<T> x) {
  const T y = exp(x.v);
  return {y, y * x.d};
}
template <class T> SKEW_HD Dual<T> log(Dual<T> x) { return {log(x.v), x.d / x.v}; }
template <class T> SKEW_HD Dual<T> log1p(Dual<T> x) { return {log1p(x.v), x.d / (x.v + scalar_t<T>(1))}; }
template <class T> SKEW_HD Dual<T> log_near_one(Dual<T> q, Dual<T> q_minus_1) {
  return {log_near_one(q.v, q_minus_1.v), q_minus_1.d / q.v};
}
template <class T> SKEW_HD Dual<T> sqrt(Dual<T> x) {
  const T y = sqrt(x.v);
  return {y, x.d / (y + y)};
}
template <class T> SKEW_HD Dual<T> sigmoid(Dual<T> x) {
  const T p = sigmoid(x.v);
  return {p, p * sigmoid(-x.v) * x.d};
}
template <class T> SKEW_HD Dual<T> softplus(Dual<T> x) { return {softplus(x.v), sigmoid(x.v) * x.d}; }
template <class T> SKEW_HD Dual<T> log_sigmoid(Dual<T> x) { return {log_sigmoid(x.v), sigmoid(-x.v) * x.d}; }
template <class T> SKEW_HD Dual<T> tanh(Dual<T> x) {  // slope 4e/(1+e)², e = exp(−2|x|): 1 − y² rounds to 0 too early
  const T e = exp(scalar_t<T>(-2) * abs(x.v)), f = scalar_t<T>(1) + e;
  return {tanh(x.v), scalar_t<T>(4) * e / (f * f) * x.d};
}
// The slope is taken as e · y · (d/base): finite wherever y is, and defined as 0 at base 0 (also for exponents in (0,
// 1), where the mathematical one is infinite: a focusing weight there has no say).
template <class T> SKEW_HD Dual<T> pow_positive(Dual<T> base, scalar_t<T> exponent) {
  const T y = pow_positive(base.v, exponent);
  return {y, select(primal(base.v) > 0, exponent * y * (base.d / base.v), constant<T>(0))};
}
template <class T> SKEW_HD Dual<T> pow(Dual<T> base, scalar_t<T> exponent) {
  const T y = pow(base.v, exponent);
  return {y, select(primal(base.v) == 0, constant<T>(0), exponent * y * (base.d / base.v))};
}

template <class T> SKEW_HD Dual<T> gauss(Dual<T> x) {
  const T y = gauss(x.v);
  return {y, -x.v * y * x.d};
}
template <class T> SKEW_HD Dual<T> normal_cdf(Dual<T> x) {  // slope e^(−x²/2)/√(2π)
  return {normal_cdf(x.v), gauss(x.v) * scalar_t<T>(0.3989422804014327) * x.d};
}
template <class T> SKEW_HD Dual<T> expm1(Dual<T> x) { return {expm1(x.v), exp(x.v) * x.d}; }
// a, of two that compare equal, with half of each slope; NaN of two that do not compare.
template <class T> SKEW_HD T tied(T a, T b) { return select(a == b, a, a + b); }
template <class T> SKEW_HD Dual<T> tied(Dual<T> a, Dual<T> b) {
  return {tied(a.v, b.v), (a.d + b.d) * scalar_t<T>(.5)};
}
// e·x^(e−1); between −1 and 1 as e·h·h with h = x^((e−1)/2), because x^(e−1) is infinite where e times it is not yet.
template <class T> SKEW_HD T slope_of_power(T base, scalar_t<T> exponent) {
  using S = scalar_t<T>;
  if (exponent <= -1 || exponent >= 1) return exponent * signed_pow(base, exponent - S(1));
  const T half = signed_pow(base, (exponent - S(1)) * S(.5));
  return exponent * half * half;
}
template <class T> SKEW_HD Dual<T> signed_pow(Dual<T> base, scalar_t<T> exponent) {
  const T slope = exponent == 0 ? constant<T>(0) : slope_of_power(base.v, exponent);
  return {signed_pow(base.v, exponent), slope * base.d};
}

}  // namespace skew
