// Element-wise functions of two tensors that broadcast: one-line formulas, slopes by dual numbers, each with its
// function beside it, as ops/formula.h says for one tensor. To add one: a struct and its function here, its name in
// ArithmeticFormulas.
#pragma once
#include "ops/formula.h"

namespace skew {

// y = f(a, b). Shapes broadcast as in NumPy; the gradient of a stretched operand is summed over what it was stretched
// along. Throws ShapeError naming both shapes when they do not broadcast, DtypeError unless both are floating.
template <class F> Tensor arithmetic(const Tensor& a, const Tensor& b, const F& f = {});

// What a formula's gradients take.
enum class Slopes {
  at_operands,  // a and b: the kernel arithmetic_backward
  constant,     // neither: dy and factor()·dy
  at_result,    // y: those of relu, one mask for both
};

struct AddFormula {
  static constexpr auto name = "add", doc = "Sum of two tensors, the second scaled.", formula = "a + alpha·b",
                        back_a = "g", back_b = "alpha·g";
  static constexpr Slopes slopes = Slopes::constant;
  double alpha = 1;
  template <class Self, class Visit> static void fields(Self& self, Visit&& visit) {
    visit("alpha", self.alpha, finite(), "factor of b");
  }
  double factor() const { return alpha; }
  template <class T> SKEW_HD T operator()(T a, T b) const { return a + scalar_t<T>(alpha) * b; }
};
inline Tensor add(const Tensor& a, const Tensor& b, double alpha = 1) { return arithmetic(a, b, AddFormula{alpha}); }

struct SubFormula {
  static constexpr auto name = "sub", doc = "Difference.", formula = "a − b", back_a = "g", back_b = "−g";
  static constexpr Slopes slopes = Slopes::constant;
  double factor() const { return -1; }
  template <class T> SKEW_HD T operator()(T a, T b) const { return a - b; }
};
inline Tensor sub(const Tensor& a, const Tensor& b) { return arithmetic<SubFormula>(a, b); }

struct MulFormula {
  static constexpr auto name = "mul", doc = "Product.", formula = "a·b", back_a = "b·g", back_b = "a·g";
  static constexpr Slopes slopes = Slopes::at_operands;
  template <class A, class B> SKEW_HD auto operator()(A a, B b) const { return a * b; }
};
inline Tensor mul(const Tensor& a, const Tensor& b) { return arithmetic<MulFormula>(a, b); }

struct DivFormula {
  static constexpr auto name = "div", doc = "Quotient.", formula = "a/b", back_a = "g/b", back_b = "−a/b²·g";
  static constexpr Slopes slopes = Slopes::at_operands;
  template <class A, class B> SKEW_HD auto operator()(A a, B b) const { return a / b; }
};
inline Tensor div(const Tensor& a, const Tensor& b) { return arithmetic<DivFormula>(a, b); }

struct MaximumFormula {
  static constexpr auto name = "maximum", doc = "The larger one; on a tie each side takes half the gradient.",
                        formula = "max(a, b)", back_a = "(a > b ? 1 : a < b ? 0 : ½)·g",
                        back_b = "(b > a ? 1 : b < a ? 0 : ½)·g";
  static constexpr Slopes slopes = Slopes::at_operands;
  template <class T> SKEW_HD T operator()(T a, T b) const {
    return select(primal(a) > primal(b), a, select(primal(a) < primal(b), b, tied(a, b)));
  }
};
inline Tensor maximum(const Tensor& a, const Tensor& b) { return arithmetic<MaximumFormula>(a, b); }

struct MinimumFormula {
  static constexpr auto name = "minimum", doc = "The smaller one; on a tie each side takes half the gradient.",
                        formula = "min(a, b)", back_a = "(a < b ? 1 : a > b ? 0 : ½)·g",
                        back_b = "(b < a ? 1 : b > a ? 0 : ½)·g";
  static constexpr Slopes slopes = Slopes::at_operands;
  template <class T> SKEW_HD T operator()(T a, T b) const {
    return select(primal(a) < primal(b), a, select(primal(a) > primal(b), b, tied(a, b)));
  }
};
inline Tensor minimum(const Tensor& a, const Tensor& b) { return arithmetic<MinimumFormula>(a, b); }

struct AddReluFormula {
  static constexpr auto name = "add_relu", doc = "Sum and relu in one pass: the end of a residual block.",
                        formula = "max(a + b, 0)", back_a = "[y > 0]·g", back_b = "[y > 0]·g";
  static constexpr Slopes slopes = Slopes::at_result;
  template <class T> SKEW_HD T operator()(T a, T b) const {
    return select(primal(a) + primal(b) <= 0, constant<T>(0), a + b);
  }
};
inline Tensor add_relu(const Tensor& a, const Tensor& b) { return arithmetic<AddReluFormula>(a, b); }

using ArithmeticFormulas =
    FormulaList<AddFormula, SubFormula, MulFormula, DivFormula, MaximumFormula, MinimumFormula, AddReluFormula>;

// ---- slots
template <class F>
inline constinit Kernel<Tensor(const Tensor& a, const Tensor& b, const F&)> arithmetic_forward{F::name};
struct ArithmeticGradients {
  Tensor da, db;  // of the result's shape; undefined when not asked for
};
template <class F>  // for Slopes::at_operands
inline constinit Kernel<ArithmeticGradients(const Tensor& dy, const Tensor& a, const Tensor& b, bool da, bool db,
                                            const F&)>
    arithmetic_backward{F::name};
// Σ over the axes along which `shape` was stretched to x's shape.
inline constinit Kernel<Tensor(const Tensor& x, const Shape& shape)> sum_to_shape{"sum_to_shape"};

}  // namespace skew
