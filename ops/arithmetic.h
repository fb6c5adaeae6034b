// Element-wise functions of two tensors that broadcast: one-line formulas, slopes by dual numbers, as in pointwise.h.
#pragma once
#include "core/dual.h"
#include "core/kernel.h"
#include "core/tensor.h"

namespace skew {

// Shapes broadcast as in NumPy; the gradient of a stretched operand is summed over what it was stretched along.
// Each throws ShapeError naming both shapes when they do not broadcast.
Tensor add(const Tensor& a, const Tensor& b, double alpha = 1);  // a + alpha·b
Tensor sub(const Tensor& a, const Tensor& b);
Tensor mul(const Tensor& a, const Tensor& b);
Tensor div(const Tensor& a, const Tensor& b);
Tensor maximum(const Tensor& a, const Tensor& b);                // each side half the gradient on a tie
Tensor minimum(const Tensor& a, const Tensor& b);
// relu(a + b) in one pass, and one mask for both gradients: the end of a residual block.
Tensor add_relu(const Tensor& a, const Tensor& b);

namespace formula {

struct Add {
  static constexpr const char* name = "add";
  double alpha = 1;
  template <class T> SKEW_HD T operator()(T a, T b) const { return a + scalar_t<T>(alpha) * b; }
};
struct Sub {
  static constexpr const char* name = "sub";
  template <class T> SKEW_HD T operator()(T a, T b) const { return a - b; }
};
struct Mul {
  static constexpr const char* name = "mul";
  template <class T> SKEW_HD T operator()(T a, T b) const { return a * b; }
};
struct Div {
  static constexpr const char* name = "div";
  template <class T> SKEW_HD T operator()(T a, T b) const { return a / b; }
};
struct Maximum {
  static constexpr const char* name = "maximum";
  template <class T> SKEW_HD T operator()(T a, T b) const {
    return select(primal(a) > primal(b), a, select(primal(a) < primal(b), b, (a + b) * scalar_t<T>(.5)));
  }
};
struct Minimum {
  static constexpr const char* name = "minimum";
  template <class T> SKEW_HD T operator()(T a, T b) const {
    return select(primal(a) < primal(b), a, select(primal(a) > primal(b), b, (a + b) * scalar_t<T>(.5)));
  }
};
struct AddRelu {
  static constexpr const char* name = "add_relu";
  template <class T> SKEW_HD T operator()(T a, T b) const { return select(primal(a) + primal(b) <= 0, constant<T>(0), a + b); }
};

}  // namespace formula

template <class... F>
struct FormulaList;
using ArithmeticFormulas = FormulaList<formula::Add, formula::Sub, formula::Mul, formula::Div, formula::Maximum,
                                       formula::Minimum, formula::AddRelu>;

// ---- slots
template <class F>
inline constinit Kernel<Tensor(const Tensor& a, const Tensor& b, const F&)> arithmetic_forward{F::name};
struct ArithmeticGradients {
  Tensor da, db;  // of the result's shape; undefined when not asked for
};
template <class F>
inline constinit Kernel<ArithmeticGradients(const Tensor& dy, const Tensor& a, const Tensor& b, bool da, bool db, const F&)>
    arithmetic_backward{F::name};
// Σ over the axes along which `shape` was stretched to x's shape.
inline constinit Kernel<Tensor(const Tensor& x, const Shape& shape)> sum_to_shape{"sum_to_shape"};

}  // namespace skew
