// Activation functions: a formula (ops/formula.h) and its function each. To add one: both here, and the formula's name
// in the list at the end of ops/pointwise.h; kernels, registry row and tests follow from that.
#pragma once
#include <array>
#include <numbers>

#include "ops/formula.h"

namespace skew {

struct ReluFormula {
  static constexpr auto name = "relu", doc = "Rectified linear unit.", formula = "max(x, 0); slope 0 at 0",
                        source = "Nair and Hinton, ICML 2010", back = "[x > 0]·g";
  // y > 0 exactly where x > 0: backward can keep y, which others keep too
  static constexpr bool slope_at_output = true;
  template <class T> SKEW_HD T operator()(T x) const { return select(primal(x) <= 0, constant<T>(0), x); }
};
inline Tensor relu(const Tensor& x) { return pointwise<ReluFormula>(x); }

struct LeakyReluFormula {
  static constexpr auto name = "leaky_relu", doc = "Relu with a small slope for negatives.",
                        formula = "x > 0 ? x : slope·x", source = "Maas et al., ICML 2013",
                        back = "(x > 0 ? 1 : slope)·g";
  double slope = 0.01;
  template <class Self, class Visit> static void fields(Self& self, Visit&& visit) {
    visit("slope", self.slope, finite(), "of negative x");
  }
  template <class T> SKEW_HD T operator()(T x) const { return select(primal(x) <= 0, x * scalar_t<T>(slope), x); }
};
inline Tensor leaky_relu(const Tensor& x, double slope = 0.01) { return pointwise(x, LeakyReluFormula{slope}); }

struct Relu6Formula {
  static constexpr auto name = "relu6", doc = "Relu that saturates at 6.", formula = "min(max(x, 0), 6)",
                        source = "Krizhevsky, 2010", back = "[0 < x < 6]·g";
  template <class T> SKEW_HD T operator()(T x) const {
    return select(primal(x) <= 0, constant<T>(0), select(primal(x) >= 6, constant<T>(6), x));
  }
};
inline Tensor relu6(const Tensor& x) { return pointwise<Relu6Formula>(x); }

struct SigmoidFormula {
  static constexpr auto name = "sigmoid", doc = "Logistic function.", formula = "1/(1 + e^−x)", source = "–",
                        back = "y·(1 − y)·g";
  template <class T> SKEW_HD T operator()(T x) const { return sigmoid(x); }
};
inline Tensor sigmoid(const Tensor& x) { return pointwise<SigmoidFormula>(x); }

struct TanhFormula {
  static constexpr auto name = "tanh", doc = "Hyperbolic tangent.", formula = "tanh x", source = "–",
                        back = "(1 − y²)·g";
  template <class T> SKEW_HD T operator()(T x) const { return tanh(x); }
};
inline Tensor tanh(const Tensor& x) { return pointwise<TanhFormula>(x); }

// What PyTorch calls gelu's `approximate`; here each value is an op of its own.
enum class Approximate { none, tanh };
constexpr std::array<const char*, 2> words_of(Approximate) { return {"none", "tanh"}; }

struct GeluFormula {
  static constexpr auto name = "gelu", doc = "Gaussian error linear unit, by the error function.", formula = "x·Φ(x)",
                        source = "Hendrycks and Gimpel, arXiv 1606.08415", back = "(Φ(x) + x·φ(x))·g";
  Approximate approximate = Approximate::none;
  template <class Self, class Visit> static void fields(Self& self, Visit&& visit) {
    visit("approximate", self.approximate, any_text(), "none; tanh is gelu_tanh");
  }
  void check() const {
    if (approximate != Approximate::none) throw ValueError("gelu: expected approximate = none; see gelu_tanh");
  }
  template <class T> SKEW_HD T operator()(T x) const { return x * normal_cdf(x); }
};
inline Tensor gelu(const Tensor& x) { return pointwise<GeluFormula>(x); }

struct GeluTanhFormula {
  static constexpr auto name = "gelu_tanh", doc = "Gaussian error linear unit, approximated.",
                        formula = "x/2·(1 + tanh(√(2/π)(x + .044715x³)))",
                        source = "Hendrycks and Gimpel, arXiv 1606.08415",
                        back = "(σ(u) + x·σ(u)·σ(−u)·u′)·g with u = 2√(2/π)(x + .044715x³)";
  Approximate approximate = Approximate::tanh;
  template <class Self, class Visit> static void fields(Self& self, Visit&& visit) {
    visit("approximate", self.approximate, any_text(), "tanh; none is gelu");
  }
  void check() const {
    if (approximate != Approximate::tanh) throw ValueError("gelu_tanh: expected approximate = tanh; see gelu");
  }
  template <class T> SKEW_HD T operator()(T x) const {
    using S = scalar_t<T>;
    constexpr double twice = 2 * std::numbers::sqrt2 * std::numbers::inv_sqrtpi;
    const T z = minimum(maximum(x, S(-16)), S(16));  // σ(z…) is 0 or 1 before; its slope is then not 0·∞
    return x * sigmoid(z * (S(twice) + S(twice * .044715) * (z * z)));  // (1 + tanh u)/2 = σ(2u)
  }
};
inline Tensor gelu_tanh(const Tensor& x) { return pointwise<GeluTanhFormula>(x); }

struct SiluFormula {
  static constexpr auto name = "silu", doc = "Sigmoid linear unit (swish).", formula = "x·σ(x)",
                        source = "arXiv 1702.03118", back = "σ(x)·(1 + x·σ(−x))·g";
  template <class T> SKEW_HD T operator()(T x) const { return x * sigmoid(x); }
};
inline Tensor silu(const Tensor& x) { return pointwise<SiluFormula>(x); }

struct HardswishFormula {
  static constexpr auto name = "hardswish", doc = "Piecewise quadratic swish.", formula = "x·min(max(x + 3, 0), 6)/6",
                        source = "arXiv 1905.02244", back = "(x ≤ −3 ? 0 : x ≥ 3 ? 1 : (2·x + 3)/6)·g";
  template <class T> SKEW_HD T operator()(T x) const {
    using S = scalar_t<T>;
    return select(primal(x) <= -3, constant<T>(0), select(primal(x) >= 3, x, x * (x + S(3)) * S(1. / 6)));
  }
};
inline Tensor hardswish(const Tensor& x) { return pointwise<HardswishFormula>(x); }

struct HardsigmoidFormula {
  static constexpr auto name = "hardsigmoid", doc = "Piecewise linear sigmoid.", formula = "min(max(x + 3, 0), 6)/6",
                        source = "arXiv 1511.00363", back = "[−3 < x < 3]/6·g";
  template <class T> SKEW_HD T operator()(T x) const {
    using S = scalar_t<T>;
    return select(primal(x) <= -3, constant<T>(0), select(primal(x) >= 3, constant<T>(1), sixth(x + S(3))));
  }

 private:
  // x/6, with the slope that PyTorch has in float64 too: 1/6 rounded to float, 3e-8 too large. Its gradients, and the
  // golden files made with it, are met to the last digits that way.
  template <class T> SKEW_HD static T sixth(T x) {
    if constexpr (std::is_arithmetic_v<T>) return x * T(1. / 6);
    else return {sixth(x.v), x.d * scalar_t<T>(1.f / 6)};
  }
};
inline Tensor hardsigmoid(const Tensor& x) { return pointwise<HardsigmoidFormula>(x); }

struct SoftplusFormula {
  static constexpr auto name = "softplus", doc = "Smooth relu.", formula = "ln(1 + e^(βx))/β; x where βx > threshold",
                        source = "Dugas et al., 2000", back = "σ(beta·x)·g";
  double beta = 1, threshold = 20;
  template <class Self, class Visit> static void fields(Self& self, Visit&& visit) {
    visit("beta", self.beta, above(0), "steepness of the bend");
    visit("threshold", self.threshold, finite(), "of beta·x, above which y is x");
  }
  template <class T> SKEW_HD T operator()(T x) const {
    using S = scalar_t<T>;
    return select(primal(x) * S(beta) > S(threshold), x, softplus(x * S(beta)) / S(beta));
  }
};
inline Tensor softplus(const Tensor& x, double beta = 1, double threshold = 20) {
  return pointwise(x, SoftplusFormula{beta, threshold});
}

struct LogSigmoidFormula {
  static constexpr auto name = "log_sigmoid", doc = "Logarithm of the sigmoid, without its underflow.",
                        formula = "−ln(1 + e^−x)", source = "–", back = "σ(−x)·g";
  template <class T> SKEW_HD T operator()(T x) const { return log_sigmoid(x); }
};
inline Tensor log_sigmoid(const Tensor& x) { return pointwise<LogSigmoidFormula>(x); }

struct EluFormula {
  static constexpr auto name = "elu", doc = "Exponential linear unit.", formula = "x > 0 ? x : α(e^x − 1)",
                        source = "arXiv 1511.07289", back = "(x > 0 ? 1 : alpha·exp(x))·g";
  double alpha = 1;
  template <class Self, class Visit> static void fields(Self& self, Visit&& visit) {
    visit("alpha", self.alpha, finite(), "minus the value at −∞");
  }
  template <class T> SKEW_HD T operator()(T x) const { return select(primal(x) > 0, x, expm1(x) * scalar_t<T>(alpha)); }
};
inline Tensor elu(const Tensor& x, double alpha = 1) { return pointwise(x, EluFormula{alpha}); }

}  // namespace skew
