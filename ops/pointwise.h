// Elementary functions, element by element, as ops/activation.h has the activations; at the end the list of all
// formulas of one tensor. Functions of two tensors: ops/arithmetic.h.
#pragma once
#include "ops/activation.h"

namespace skew {

struct AbsFormula {
  static constexpr auto name = "abs", doc = "Absolute value.", formula = "|x|; slope 0 at 0", source = "–",
                        back = "sign(x)·g";
  template <class T> SKEW_HD T operator()(T x) const {
    return select(primal(x) > 0, x, select(primal(x) < 0, -x, constant<T>(primal(x) * 0)));
  }
};
inline Tensor abs(const Tensor& x) { return pointwise<AbsFormula>(x); }

struct NegFormula {
  static constexpr auto name = "neg", doc = "Negation.", formula = "−x", source = "–", back = "−g";
  template <class T> SKEW_HD T operator()(T x) const { return -x; }
};
inline Tensor neg(const Tensor& x) { return pointwise<NegFormula>(x); }

struct SquareFormula {
  static constexpr auto name = "square", doc = "Square.", formula = "x²", source = "–", back = "2·x·g";
  template <class T> SKEW_HD T operator()(T x) const { return x * x; }
};
inline Tensor square(const Tensor& x) { return pointwise<SquareFormula>(x); }

struct ExpFormula {
  static constexpr auto name = "exp", doc = "Exponential.", formula = "e^x", source = "–", back = "y·g";
  template <class T> SKEW_HD T operator()(T x) const { return exp(x); }
};
inline Tensor exp(const Tensor& x) { return pointwise<ExpFormula>(x); }

struct LogFormula {
  static constexpr auto name = "log", doc = "Natural logarithm.", formula = "ln x", source = "–", back = "g/x";
  template <class T> SKEW_HD T operator()(T x) const { return log(x); }
};
inline Tensor log(const Tensor& x) { return pointwise<LogFormula>(x); }

struct Log1pFormula {
  static constexpr auto name = "log1p", doc = "ln(1 + x), exact near 0.", formula = "ln(1 + x)", source = "–",
                        back = "g/(1 + x)";
  template <class T> SKEW_HD T operator()(T x) const { return log1p(x); }
};
inline Tensor log1p(const Tensor& x) { return pointwise<Log1pFormula>(x); }

struct Expm1Formula {
  static constexpr auto name = "expm1", doc = "e^x − 1, exact near 0.", formula = "e^x − 1", source = "–",
                        back = "(y + 1)·g";
  template <class T> SKEW_HD T operator()(T x) const { return expm1(x); }
};
inline Tensor expm1(const Tensor& x) { return pointwise<Expm1Formula>(x); }

struct SqrtFormula {
  static constexpr auto name = "sqrt", doc = "Square root.", formula = "√x", source = "–", back = "g/(2·y)";
  template <class T> SKEW_HD T operator()(T x) const { return sqrt(x); }
};
inline Tensor sqrt(const Tensor& x) { return pointwise<SqrtFormula>(x); }

struct RsqrtFormula {
  static constexpr auto name = "rsqrt", doc = "Reciprocal square root.", formula = "1/√x", source = "–",
                        back = "−y/(2·x)·g";
  template <class T> SKEW_HD T operator()(T x) const { return scalar_t<T>(1) / sqrt(x); }
};
inline Tensor rsqrt(const Tensor& x) { return pointwise<RsqrtFormula>(x); }

struct PowFormula {
  static constexpr auto name = "pow", doc = "Power with a constant exponent.",
                        formula = "x^exponent; 0⁰ = 1 with slope 0", source = "–", back = "exponent·x^(exponent − 1)·g";
  double exponent = 2;
  template <class Self, class Visit> static void fields(Self& self, Visit&& visit) {
    visit("exponent", self.exponent, finite(), "of every element");
  }
  template <class T> SKEW_HD T operator()(T x) const { return signed_pow(x, scalar_t<T>(exponent)); }
};
inline Tensor pow(const Tensor& x, double exponent) { return pointwise(x, PowFormula{exponent}); }

// An end of an interval, which may be infinite: an argument that is absent or null limits nothing.
struct Bound {
  double value;
  static constexpr auto range = "a number, or infinite";
};
void set_field(FieldName what, Bound& bound, const std::string& text, const Range&);
void check_field(FieldName what, Bound bound, const Range&);
std::string field_text(Bound bound);

struct ClampFormula {
  static constexpr auto name = "clamp", doc = "Limit to an interval; slope 0 at its ends.",
                        formula = "min(max(x, min), max)", source = "–", back = "[min < x < max]·g";
  Bound min{-std::numeric_limits<double>::infinity()}, max{std::numeric_limits<double>::infinity()};
  template <class Self, class Visit> static void fields(Self& self, Visit&& visit) {
    visit("min", self.min, finite(), "the smallest value");
    visit("max", self.max, finite(), "the largest");
  }
  void check() const {
    if (!(min.value <= max.value))
      throw ValueError(text("clamp: expected min ≤ max, got ", min.value, " and ", max.value));
  }
  template <class T> SKEW_HD T operator()(T x) const {
    using S = scalar_t<T>;
    const S low = S(min.value), high = S(max.value);
    return select(primal(x) <= low, constant<T>(low), select(primal(x) >= high, constant<T>(high), x));
  }
};
inline Tensor clamp(const Tensor& x, double min, double max) { return pointwise(x, ClampFormula{{min}, {max}}); }

using PointwiseFormulas =
    FormulaList<ReluFormula, LeakyReluFormula, Relu6Formula, SigmoidFormula, TanhFormula, GeluFormula, GeluTanhFormula,
                SiluFormula, HardswishFormula, HardsigmoidFormula, SoftplusFormula, LogSigmoidFormula, EluFormula,
                AbsFormula, NegFormula, SquareFormula, ExpFormula, LogFormula, Log1pFormula, Expm1Formula, SqrtFormula,
                RsqrtFormula, PowFormula, ClampFormula>;

}  // namespace skew
