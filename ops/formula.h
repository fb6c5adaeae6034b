// What an element-wise function of one tensor is: a struct with a name, a line of doc, its formula in words, its
// source, its way back in words (core/registry.h), and operator() over the number type. Run on float that is the value;
// run on a dual number (core/dual.h) it is value and slope together, so the gradient cannot disagree with the function.
// T is float, double or a Dual of them, scalar_t<T> its plain number type. A comparison that is false for NaN keeps it:
// relu(NaN) is NaN. A formula with numbers lists them (core/fields.h); numbers that restrict each other have a check().
// Read next: ops/activation.h, ops/pointwise.h.
#pragma once
#include "core/dual.h"
#include "core/error.h"
#include "core/fields.h"
#include "core/kernel.h"
#include "core/tensor.h"

namespace skew {

// y = f(x) for each element, in x's order. Throws DtypeError unless x is floating, and what f.check() throws where
// there is one. Compiled in pointwise.cpp for all formulas of PointwiseFormulas.
template <class F> Tensor pointwise(const Tensor& x, const F& f = {});

template <class... F> struct FormulaList {};

// ---- slots, one pair a formula; x in any order, the result in the same
template <class F> inline constinit Kernel<Tensor(const Tensor& x, const F&)> pointwise_forward{F::name};
template <class F>  // dy·f′(x); dy and x in one order
inline constinit Kernel<Tensor(const Tensor& dy, const Tensor& x, const F&)> pointwise_backward{F::name};

}  // namespace skew
