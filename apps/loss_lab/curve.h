// Curves of a pointwise loss over the logit: what can be drawn of it, and where it peaks. Plain numbers of a callable
// `AtLogit at(double x, double y)`, no tensors, files or exceptions: it compiles for the web page as well.
// Read next: proper.h, budget.h.
#pragma once
#include <array>
#include <cmath>
#include <initializer_list>

#include "core/math.h"
#include "losses/kinds/pointwise/at_logit.h"

namespace skew::lab {

// Logits beyond these are as good as p = 0 and p = 1 (4e-18 away from them).
inline constexpr double far_logit = 40;

inline double logit(double p) { return std::log(p) - std::log1p(-p); }

// weight: the gradient in units of cross-entropy's, ∂ℓ/∂x ÷ (p − y): how much an example counts.
enum class Quantity { value, gradient, curvature, weight };
inline constexpr std::array quantity_names{"loss ℓ", "gradient ∂ℓ/∂x", "curvature ∂²ℓ/∂x²", "weight ∂ℓ/∂x ÷ (p−y)"};

inline double quantity(Quantity q, const AtLogit& l, double x, double y) {
  switch (q) {
    case Quantity::value: return l.value;
    case Quantity::gradient: return l.dx;
    case Quantity::curvature: return l.d2x;
    case Quantity::weight: return l.dx / (y == 1 ? -sigmoid(-x) : sigmoid(x) - y);
  }
  return 0;
}

// Where f is least or largest between a and b, if it falls and rises (rises and falls) once: golden section.
template <class F> double golden_minimum(F&& f, double a, double b) {
  const double ratio = (std::sqrt(5.0) - 1) / 2;
  double c = b - ratio * (b - a), d = a + ratio * (b - a), fc = f(c), fd = f(d);
  for (int i = 0; i < 80 && c < d; ++i) {
    if (fc < fd) b = d, d = c, fd = fc, c = b - ratio * (b - a), fc = f(c);
    else a = c, c = d, fc = fd, d = a + ratio * (b - a), fd = f(d);
  }
  return (a + b) / 2;
}

// The largest |f| over all logits. at_end: reached (or approached) at p → 0 or p → 1 only; x is then ∓far_logit.
struct Peak {
  double x, f;
  bool at_end;
};

template <class F> Peak peak(F&& f) {
  constexpr int steps = 4000;
  constexpr double step = 2 * far_logit / steps;
  double best_x = -far_logit, best = -1;
  for (int i = 0; i <= steps; ++i) {
    const double x = -far_logit + i * step, height = std::abs(f(x));
    if (height > best) best = height, best_x = x;
  }
  for (const double end : {-far_logit, far_logit})
    if (std::abs(f(end)) >= best * (1 - 1e-9)) return {end, f(end), true};
  const double x = golden_minimum([&](double at) { return -std::abs(f(at)); }, best_x - step, best_x + step);
  return {x, f(x), false};
}

}  // namespace skew::lab
