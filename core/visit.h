// From a number type known at run time to a C++ type: the one switch over number types. The lists are in core/dtype.h.
#pragma once
#include <string_view>

#include "core/dtype.h"
#include "core/error.h"

namespace skew {

// Calls f with a zero of the type in the list that `type` names, which must be one of them.
template <class First, class... Rest, class F> auto visit(TypeList<First, Rest...>, DType type, F&& f) {
  if constexpr (sizeof...(Rest) > 0)
    if (type != dtype_of<First>) return visit(TypeList<Rest...>{}, type, f);
  return f(First(0));
}

// What a loop adds up elements of T in, where it does not add in double: T itself, float for a type shorter than that.
template <class T> struct AccumulateOf { using Type = T; };
template <class T> using Accumulate = typename AccumulateOf<T>::Type;

// For code that only moves elements: visit(x.dtype(), [&](auto zero) { using T = decltype(zero); … }).
template <class F> auto visit(DType type, F&& f) {
  if (!ElementTypes::has(type)) throw DtypeError("tensor: unknown number type; this is a fault of skew");
  return visit(ElementTypes{}, type, f);
}

// For code that computes: the floating types. Throws DtypeError naming `op` for the others.
template <class F> auto visit_floating(DType type, std::string_view op, F&& f) {
  if (!is_floating(type))
    throw DtypeError(text(op, ": expected float32 or float64, got ", type, "; convert it with .to()"));
  return visit(FloatingTypes{}, type, f);
}

}  // namespace skew
