// Elementary functions that vectorise: exp, log, log1p, sigmoid, softplus, tanh, normal_cdf, pow as branch-free inline
// code. The float versions are polynomials of our own (exp, log ≤ 2 ULP, normal_cdf ≤ 8, the others ≤ 4 over the whole
// range, denormals and infinities included); the double versions call <cmath> and are the truth. One call is no faster
// than <cmath>; a loop over an array is, because nothing here is a function call or a branch, and the compiler may
// reorder no sum. Read next: core/dual.h, which differentiates through them.
#pragma once
#include <cmath>
#include <cstdint>

#if defined(__CUDACC__)
#define SKEW_HD __host__ __device__ __forceinline__
#else
#define SKEW_HD inline __attribute__((always_inline))
#endif

namespace skew {

// The builtins, not std:: templates: a header that is compiled once per instruction set must emit no shared symbol.
SKEW_HD uint32_t float_bits(float x) { return __builtin_bit_cast(uint32_t, x); }
SKEW_HD float bits_float(uint32_t b) { return __builtin_bit_cast(float, b); }

SKEW_HD float abs(float x) { return __builtin_fabsf(x); }
SKEW_HD double abs(double x) { return __builtin_fabs(x); }
SKEW_HD float sqrt(float x) { return __builtin_sqrtf(x); }
SKEW_HD double sqrt(double x) { return __builtin_sqrt(x); }
SKEW_HD float select(bool c, float a, float b) { return c ? a : b; }
SKEW_HD double select(bool c, double a, double b) { return c ? a : b; }
SKEW_HD float maximum(float a, float b) { return a > b ? a : b; }
SKEW_HD double maximum(double a, double b) { return a > b ? a : b; }
SKEW_HD float minimum(float a, float b) { return a < b ? a : b; }
SKEW_HD double minimum(double a, double b) { return a < b ? a : b; }

// e^r for |r| ≤ ½ ln 2: a minimax polynomial, error 2⁻²⁸.
SKEW_HD float exp_mantissa(float r) {
  float q = 0.00138131424f;
  q = q * r + 0.00836941879f;
  q = q * r + 0.041668456f;
  q = q * r + 0.166665152f;
  q = q * r + 0.49999994f;
  return (q * (r * r) + r) + 1.0f;
}
// 2^n · e^r, also for −151 ≤ n ≤ 128, n whole: 2^n in two factors, so that results below 2⁻¹²⁶ and the step to infinity
// come out right.
SKEW_HD float exp_reduced(float r, int32_t n) {
  const int32_t half = n >> 1;
  const float scale_low = bits_float(uint32_t(half + 127) << 23);
  const float scale_high = bits_float(uint32_t(n - half + 127) << 23);
  return exp_mantissa(r) * scale_low * scale_high;
}

SKEW_HD double exp(double x) { return std::exp(x); }
SKEW_HD float exp(float x) {
  constexpr float round_to_whole = 12582912.0f;  // 1.5 · 2²³: adding it leaves no bits behind the point
  x = x < -104.0f ? -104.0f : x;                 // e^−104 rounds to 0, e^89 to infinity; NaN passes
  x = x > 89.0f ? 89.0f : x;
  const float shifted = x * 1.44269504f + round_to_whole;
  const float n = shifted - round_to_whole;
  const float r = (x - n * 0.693145752f) - n * 1.42860677e-6f;  // ln 2 in two parts; the first product is exact
  return exp_reduced(r, int32_t(float_bits(shifted) - 0x4b400000u));
}

// e^x for x ≤ 0 (no result is large: one factor 2^n fewer, the bits of exp): what σ and softplus take, with −|x|.
SKEW_HD double exp_nonpositive(double x) { return std::exp(x); }
SKEW_HD float exp_nonpositive(float x) {
  constexpr float bias = 191.0f;  // 127 + 64: the low bits of `shifted` are the exponent of 2^(n+64)
  constexpr float round_to_whole = 12582912.0f + bias;
  x = x < -104.0f ? -104.0f : x;
  const float shifted = x * 1.44269504f + round_to_whole;
  const float n = shifted - round_to_whole;
  const float r = (x - n * 0.693145752f) - n * 1.42860677e-6f;
  return exp_mantissa(r) * bits_float(float_bits(shifted) << 23) * 5.42101086e-20f;  // 2^−64
}

// ln(2^k (1 + f)) for √½ ≤ 1 + f ≤ √2 and whole k: minimax polynomial, error 2⁻²⁷ of the result at k = 0.
SKEW_HD float log_reduced(float f, float k) {
  float q = -0.0785961598f;
  q = q * f + 0.128816485f;
  q = q * f - 0.131287545f;
  q = q * f + 0.141811922f;
  q = q * f - 0.166245535f;
  q = q * f + 0.200022861f;
  q = q * f - 0.250008106f;
  q = q * f + 0.333333164f;
  const float square = f * f;
  float low = q * (f * square) + k * -2.12194440e-4f;
  low = low - 0.5f * square;
  return (f + low) + k * 0.693359375f;
}

// x = 2^k · m with √½ ≤ m < √2, for positive normal x.
SKEW_HD int32_t split_exponent(float x) { return int32_t(float_bits(x) - 0x3f3504f3u) >> 23; }
SKEW_HD float split_mantissa(float x, int32_t k) { return bits_float(float_bits(x) - (uint32_t(k) << 23)); }

SKEW_HD double log(double x) { return std::log(x); }
SKEW_HD float log(float x) {
  const bool denormal = x < 1.17549435e-38f;
  const float normal = denormal ? x * 8388608.0f : x;
  const int32_t k = split_exponent(normal);
  const float y = log_reduced(split_mantissa(normal, k) - 1.0f, float(k) - (denormal ? 23.0f : 0.0f));
  const float special = x == 0.0f ? -__builtin_inff() : x < 0.0f ? __builtin_nanf("") : x;  // 0, negative, ∞, NaN
  return ((x > 0.0f) & (x < __builtin_inff())) ? y : special;
}

// ln x for positive normal x only: log without its tests.
SKEW_HD double log_normal(double x) { return std::log(x); }
SKEW_HD float log_normal(float x) {
  const int32_t k = split_exponent(x);
  return log_reduced(split_mantissa(x, k) - 1.0f, float(k));
}

SKEW_HD double log1p(double x) { return std::log1p(x); }
SKEW_HD float log1p(float x) {
  const float u = 1.0f + x;
  const int32_t k = split_exponent(u);
  const float lost = k > 0 ? 1.0f - (u - x) : x - (u - 1.0f);  // what rounding took from 1 + x
  const float f = (split_mantissa(u, k) - 1.0f) + lost * bits_float(uint32_t(k < 127 ? 127 - k : 0) << 23);
  const float special = x == -1.0f ? -__builtin_inff() : x < -1.0f ? __builtin_nanf("") : x;
  return ((x > -1.0f) & (x < __builtin_inff())) ? log_reduced(f, float(k)) : special;
}

// ln(1 + x) for 0 ≤ x ≤ 1: no bits to take apart, because 1 + x needs at most one halving.
SKEW_HD double log1p_unit(double x) { return std::log1p(x); }
SKEW_HD float log1p_unit(float x) {
  const bool large = x > 0.414213562f;
  return log_reduced(large ? 0.5f * x - 0.5f : x, large ? 1.0f : 0.0f);
}

// ln q for 0 < q < 2, q normal, where the caller knows q − 1 better than the rounded q tells: q = 1 − r, r small.
SKEW_HD double log_near_one(double q, double q_minus_1) {
  return q > 0.7 && q < 1.4 ? std::log1p(q_minus_1) : std::log(q);
}
SKEW_HD float log_near_one(float q, float q_minus_1) {
  const int32_t k = split_exponent(q);
  return log_reduced(k == 0 ? q_minus_1 : split_mantissa(q, k) - 1.0f, float(k));
}

// σ(x) = 1/(1+e^−x). Take σ(−x) for 1 − σ(x): it keeps all its digits where σ(x) has rounded to 1.
template <class T> SKEW_HD T sigmoid_of(T x) {
  const T e = exp_nonpositive(-abs(x));
  const T s = T(1) / (T(1) + e);
  return x < T(0) ? e * s : s;
}
SKEW_HD float sigmoid(float x) { return sigmoid_of(x); }
SKEW_HD double sigmoid(double x) { return sigmoid_of(x); }

// softplus(x) = ln(1+e^x) and log_sigmoid(x) = ln σ(x) = −softplus(−x): finite for every finite x.
SKEW_HD float softplus(float x) { return maximum(x, 0.0f) + log1p_unit(exp_nonpositive(-abs(x))); }
SKEW_HD double softplus(double x) { return maximum(x, 0.0) + log1p_unit(exp_nonpositive(-abs(x))); }
SKEW_HD float log_sigmoid(float x) { return minimum(x, 0.0f) - log1p_unit(exp_nonpositive(-abs(x))); }
SKEW_HD double log_sigmoid(double x) { return minimum(x, 0.0) - log1p_unit(exp_nonpositive(-abs(x))); }

SKEW_HD double tanh(double x) { return std::tanh(x); }
SKEW_HD float tanh(float x) {
  const float u = x * x;
  float q = 0.00214754115f;
  q = q * u - 0.00818267837f;
  q = q * u + 0.0217029694f;
  q = q * u - 0.0539472029f;
  q = q * u + 0.133332103f;
  q = q * u - 0.333333313f;
  const float small = x + x * (u * q);
  const float large = 1.0f - 2.0f / (exp(2.0f * abs(x)) + 1.0f);
  return abs(x) < 0.625f ? small : (x < 0.0f ? -large : large);
}

// e^(−x²/2), with x² in two parts: one rounding of x²/2 = 80 would cost 40 ULP of the result.
SKEW_HD double gauss(double x) { return std::exp(-0.5 * x * x); }
SKEW_HD float gauss(float x) {
  const float a = minimum(15.0f, abs(x));                      // e^−112 is 0; NaN passes
  const float high = bits_float(float_bits(a) & 0xfffff000u);  // 12 bits: its square is exact
  const float rest = -0.5f * ((a - high) * (a + high));        // > −0.06
  const float factor = 1.0f + rest * (1.0f + rest * (0.5f + rest * (0.166666667f + rest * 0.0416666667f)));
  return exp_nonpositive(-0.5f * (high * high)) * factor;
}

// Φ(x), the normal distribution's integral from −∞ to x: relative accuracy at negative x, where ½(1 + erf) has none.
SKEW_HD double normal_cdf(double x) { return 0.5 * __builtin_erfc(x * -0.70710678118654752440); }
SKEW_HD float normal_cdf(float x) {
  const float a = minimum(15.0f, abs(x));
  // Φ(−a)·e^(a²/2)·(a + 3), which is smooth: a polynomial in s = (a − 3)/(a + 3), error 2⁻²⁴
  const float r = 1.0f / (a + 3.0f), s = (a - 3.0f) * r;
  float q = ((3.70406015e-05f * s - 0.000224372867f) * s - 0.000936460041f) * s + 0.00103679334f;
  q = ((q * s + 0.00693562208f) * s - 0.0104685249f) * s - 0.0472581163f;
  q = ((q * s + 0.230018333f) * s - 0.50933218f) * s + 0.729083657f;
  const float tail = gauss(x) * (q * r);
  return x > 0.0f ? 1.0f - tail : tail;
}

// base^exponent for base ≥ 0 (NaN gives NaN) and finite exponents; 0^0 = 1. float: ≤ 4 ULP while |exponent| ≤ 4,
// growing in proportion above (the logarithm is a float pair only in its whole part). No test on the exponent: it is
// one number for a whole loop, and a bool that is the same for all elements stops g++ from vectorising.
SKEW_HD double pow_positive(double base, double exponent) { return std::pow(base, exponent); }
SKEW_HD float pow_positive(float base, float exponent) {
  const bool denormal = base < 1.17549435e-38f;
  const float normal = denormal ? base * 8388608.0f : base;
  const int32_t bits = split_exponent(normal);
  float k = float(bits) - (denormal ? 23.0f : 0.0f);
  k = base == 0.0f ? -3e38f : base == __builtin_inff() ? 3e38f : k;
  const float fraction = log_reduced(split_mantissa(normal, bits) - 1.0f, 0.0f) * 1.44269504f;  // log2 = k + fraction
  const float power = exponent * (k + fraction);
  float n = power < -151.0f ? -151.0f : power > 128.0f ? 128.0f : power;
  n = (n + 12582912.0f) - 12582912.0f;
  const float exponent_high = bits_float(float_bits(exponent) & 0xfffff000u);  // 12 bits: its product with k is exact
  const float r = ((exponent_high * k - n) + (exponent - exponent_high) * k) + exponent * fraction;
  float y = exp_reduced(r * 0.693147181f, int32_t(n));
  y = power > 128.0f ? __builtin_inff() : power < -151.0f ? 0.0f : y;
  return base != base ? base : y;
}

// The same for any base, as in <cmath>: a negative one needs a whole exponent, else NaN.
SKEW_HD double pow(double base, double exponent) { return std::pow(base, exponent); }
SKEW_HD float pow(float base, float exponent) {
  const float a = abs(base), half = exponent * 0.5f, whole = __builtin_truncf(exponent);
  const float poison = exponent == whole ? 0.0f : __builtin_nanf("");  // of (−2)^0.5
  const float sign = exponent == whole && half != __builtin_truncf(half) ? -1.0f : 1.0f;
  const float of_nan = exponent == 0.0f ? 1.0f : __builtin_nanf("");
  float y = pow_positive(a, exponent);
  y = int32_t(float_bits(base)) < 0 ? sign * y : y;
  y = ((base < 0.0f) & (a < __builtin_inff())) ? y + poison : y;
  return a != a ? of_nan : y;
}

// ---- by the C library: right, not vectorised; for functions that no hot loop calls
SKEW_HD float expm1(float x) { return __builtin_expm1f(x); }
SKEW_HD double expm1(double x) { return __builtin_expm1(x); }
// Any base, negative ones with whole exponents; 0^0 = 1.
SKEW_HD float signed_pow(float base, float exponent) { return __builtin_powf(base, exponent); }
SKEW_HD double signed_pow(double base, double exponent) { return __builtin_pow(base, exponent); }

#if !defined(__CUDACC__)
// ---- long double: for tests that take differences of the formulas; not for tensors
using Long = long double;
SKEW_HD Long abs(Long x) { return __builtin_fabsl(x); }
SKEW_HD Long select(bool c, Long a, Long b) { return c ? a : b; }
SKEW_HD Long maximum(Long a, Long b) { return a > b ? a : b; }
SKEW_HD Long minimum(Long a, Long b) { return a < b ? a : b; }
SKEW_HD Long exp(Long x) { return std::exp(x); }
SKEW_HD Long log(Long x) { return std::log(x); }
SKEW_HD Long log_normal(Long x) { return std::log(x); }
SKEW_HD Long log1p(Long x) { return std::log1p(x); }
SKEW_HD Long log_near_one(Long q, Long q_minus_1) { return q > 0.7L && q < 1.4L ? std::log1p(q_minus_1) : std::log(q); }
SKEW_HD Long sigmoid(Long x) { return x < 0 ? std::exp(x) / (1 + std::exp(x)) : 1 / (1 + std::exp(-x)); }
SKEW_HD Long softplus(Long x) { return maximum(x, 0.0L) + std::log1p(std::exp(-abs(x))); }
SKEW_HD Long log_sigmoid(Long x) { return -softplus(-x); }
SKEW_HD Long pow_positive(Long base, Long exponent) { return std::pow(base, exponent); }
SKEW_HD Long pow(Long base, Long exponent) { return std::pow(base, exponent); }
#endif

}  // namespace skew
