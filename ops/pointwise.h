// Element-wise functions of one tensor: each a one-line formula over the number type. Run on float it is the value; run
// on a dual number (core/dual.h) it is value and slope together, so the gradient cannot disagree with the function.
// To add one: a struct here, its name in PointwiseFormulas at the end, a row in pointwise.cpp. Functions of two
// tensors: ops/arithmetic.h.
#pragma once
#include <numbers>

#include "core/dual.h"
#include "core/kernel.h"
#include "core/tensor.h"

namespace skew {

Tensor relu(const Tensor& x);
Tensor leaky_relu(const Tensor& x, double slope = 0.01);
Tensor relu6(const Tensor& x);
Tensor sigmoid(const Tensor& x);
Tensor tanh(const Tensor& x);
Tensor gelu(const Tensor& x);       // x·Φ(x), Hendrycks and Gimpel, arXiv 1606.08415
Tensor gelu_tanh(const Tensor& x);  // its approximation by tanh
Tensor silu(const Tensor& x);
Tensor hardswish(const Tensor& x);
Tensor hardsigmoid(const Tensor& x);
Tensor softplus(const Tensor& x, double beta = 1, double threshold = 20);  // x itself where beta·x > threshold
Tensor log_sigmoid(const Tensor& x);
Tensor elu(const Tensor& x, double alpha = 1);
Tensor abs(const Tensor& x);
Tensor neg(const Tensor& x);
Tensor square(const Tensor& x);
Tensor exp(const Tensor& x);
Tensor log(const Tensor& x);
Tensor log1p(const Tensor& x);
Tensor expm1(const Tensor& x);
Tensor sqrt(const Tensor& x);
Tensor rsqrt(const Tensor& x);
Tensor pow(const Tensor& x, double exponent);           // 0⁰ = 1 with slope 0
Tensor clamp(const Tensor& x, double min, double max);  // slope 0 at the borders; throws ValueError unless min ≤ max

// ---- the formulas. T is float, double or a Dual of them; S its plain number type -----------------------------------
// A comparison that is false for NaN keeps it: relu(NaN) is NaN.
namespace formula {

struct Relu {
  static constexpr const char* name = "relu";
  static constexpr bool slope_at_output = true;  // y > 0 exactly where x > 0: backward can keep y, which others keep too
  template <class T> SKEW_HD T operator()(T x) const { return select(primal(x) <= 0, constant<T>(0), x); }
};
struct LeakyRelu {
  static constexpr const char* name = "leaky_relu";
  double slope = 0.01;
  template <class T> SKEW_HD T operator()(T x) const { return select(primal(x) <= 0, x * scalar_t<T>(slope), x); }
};
struct Relu6 {
  static constexpr const char* name = "relu6";
  template <class T> SKEW_HD T operator()(T x) const {
    return select(primal(x) <= 0, constant<T>(0), select(primal(x) >= 6, constant<T>(6), x));
  }
};
struct Sigmoid {
  static constexpr const char* name = "sigmoid";
  template <class T> SKEW_HD T operator()(T x) const { return sigmoid(x); }
};
struct Tanh {
  static constexpr const char* name = "tanh";
  template <class T> SKEW_HD T operator()(T x) const { return tanh(x); }
};
struct Gelu {
  static constexpr const char* name = "gelu";
  template <class T> SKEW_HD T operator()(T x) const {
    using S = scalar_t<T>;
    return x * S(.5) * (S(1) + erf(x * S(1 / std::numbers::sqrt2)));
  }
};
struct GeluTanh {
  static constexpr const char* name = "gelu_tanh";
  template <class T> SKEW_HD T operator()(T x) const {
    using S = scalar_t<T>;
    return x * S(.5) * (S(1) + tanh(S(std::numbers::sqrt2 * std::numbers::inv_sqrtpi) * (x + S(.044715) * x * x * x)));
  }
};
struct Silu {
  static constexpr const char* name = "silu";
  template <class T> SKEW_HD T operator()(T x) const { return x * sigmoid(x); }
};
struct Hardswish {
  static constexpr const char* name = "hardswish";
  template <class T> SKEW_HD T operator()(T x) const {
    using S = scalar_t<T>;
    return select(primal(x) <= -3, constant<T>(0), select(primal(x) >= 3, x, x * (x + S(3)) * S(1. / 6)));
  }
};
struct Hardsigmoid {
  static constexpr const char* name = "hardsigmoid";
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
struct Softplus {
  static constexpr const char* name = "softplus";
  double beta = 1, threshold = 20;
  template <class T> SKEW_HD T operator()(T x) const {
    using S = scalar_t<T>;
    return select(primal(x) * S(beta) > S(threshold), x, softplus(x * S(beta)) / S(beta));
  }
};
struct LogSigmoid {
  static constexpr const char* name = "log_sigmoid";
  template <class T> SKEW_HD T operator()(T x) const { return log_sigmoid(x); }
};
struct Elu {
  static constexpr const char* name = "elu";
  double alpha = 1;
  template <class T> SKEW_HD T operator()(T x) const { return select(primal(x) > 0, x, expm1(x) * scalar_t<T>(alpha)); }
};
struct Abs {
  static constexpr const char* name = "abs";
  template <class T> SKEW_HD T operator()(T x) const {
    return select(primal(x) > 0, x, select(primal(x) < 0, -x, constant<T>(primal(x) * 0)));
  }
};
struct Neg {
  static constexpr const char* name = "neg";
  template <class T> SKEW_HD T operator()(T x) const { return -x; }
};
struct Square {
  static constexpr const char* name = "square";
  template <class T> SKEW_HD T operator()(T x) const { return x * x; }
};
struct Exp {
  static constexpr const char* name = "exp";
  template <class T> SKEW_HD T operator()(T x) const { return exp(x); }
};
struct Log {
  static constexpr const char* name = "log";
  template <class T> SKEW_HD T operator()(T x) const { return log(x); }
};
struct Log1p {
  static constexpr const char* name = "log1p";
  template <class T> SKEW_HD T operator()(T x) const { return log1p(x); }
};
struct Expm1 {
  static constexpr const char* name = "expm1";
  template <class T> SKEW_HD T operator()(T x) const { return expm1(x); }
};
struct Sqrt {
  static constexpr const char* name = "sqrt";
  template <class T> SKEW_HD T operator()(T x) const { return sqrt(x); }
};
struct Rsqrt {
  static constexpr const char* name = "rsqrt";
  template <class T> SKEW_HD T operator()(T x) const { return scalar_t<T>(1) / sqrt(x); }
};
struct Pow {
  static constexpr const char* name = "pow";
  double exponent = 2;
  template <class T> SKEW_HD T operator()(T x) const { return signed_pow(x, scalar_t<T>(exponent)); }
};
struct Clamp {
  static constexpr const char* name = "clamp";
  double min = 0, max = 1;
  template <class T> SKEW_HD T operator()(T x) const {
    using S = scalar_t<T>;
    return select(primal(x) <= S(min), constant<T>(S(min)), select(primal(x) >= S(max), constant<T>(S(max)), x));
  }
};

}  // namespace formula

template <class... F>
struct FormulaList {};
using PointwiseFormulas =
    FormulaList<formula::Relu, formula::LeakyRelu, formula::Relu6, formula::Sigmoid, formula::Tanh, formula::Gelu,
                formula::GeluTanh, formula::Silu, formula::Hardswish, formula::Hardsigmoid, formula::Softplus,
                formula::LogSigmoid, formula::Elu, formula::Abs, formula::Neg, formula::Square, formula::Exp, formula::Log,
                formula::Log1p, formula::Expm1, formula::Sqrt, formula::Rsqrt, formula::Pow, formula::Clamp>;

// ---- slots, one pair a formula; x in any order, the result in the same
template <class F>
inline constinit Kernel<Tensor(const Tensor& x, const F&)> pointwise_forward{F::name};
template <class F>  // dy·f′(x); dy and x in one order
inline constinit Kernel<Tensor(const Tensor& dy, const Tensor& x, const F&)> pointwise_backward{F::name};

}  // namespace skew
