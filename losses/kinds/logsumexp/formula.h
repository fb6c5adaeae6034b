// What a log-sum-exp loss is: a multi-label loss in which the classes of an image compete. It looks at a line of the
// batch (the classes of an image; for two_way also the images of a class) only through two log-sum-exps,
//   P = ln Σ_k y_k·e^(−x_k/T_p) over the positives,   N = ln Σ_k (1−y_k)·e^(x_k/T_n) over the negatives,
// and is one formula of both, a template over the number type; a sum over nothing is −∞. Dual numbers in P and N give
// its slopes, and ∂P/∂x, ∂N/∂x are softmax weights.
// Read next: losses/zlpr.h, losses/two_way.h, op.h, backends/reference/logsumexp_loss.h.
#pragma once
#include <algorithm>
#include <concepts>
#include <limits>

#include "core/dual.h"
#include "core/fields.h"
#include "losses/kinds/hooks.h"

namespace skew {

// ---- hooks: what a loss may say beside its formula, value(P, N), and what holds where it does not
struct LogSumExpHooks {
  bool along_classes = false;  // the images of a class are lines too
  bool temperatures = false;   // double temperature_pos() const, temperature_neg() const: T_p and T_n (1)
  bool check = false;          // void check() const: throws for parameters that do not fit each other
};

template <class L>
concept LogSumExpLoss = Described<L, LogSumExpHooks> && requires(const L& loss, Dual<float> lse) {
  { loss.value(lse, lse) } -> std::same_as<Dual<float>>;
};

// Compiles if the loss defines the hooks that it announces, and no others.
template <class L> consteval bool check_logsumexp_hooks() {
  constexpr LogSumExpHooks h = L::hooks;
  announced_and_defined("check", h.check, (requires(const L& l) { l.check(); }));
  announced_and_defined("temperature_pos", h.temperatures, (requires(const L& l) { l.temperature_pos(); }));
  announced_and_defined("temperature_neg", h.temperatures, (requires(const L& l) { l.temperature_neg(); }));
  return true;
}

// The range of a temperature: its logits' quotients and products stay numbers in float.
constexpr Range temperatures(const char* why) { return {.low = 1e-4, .high = 1e4, .why = why}; }

// ---- elements ------------------------------------------------------------------------------------------------------
// Logits count as ±bound beyond it: two lines' values, each a sum of a P and an N, stay finite.
template <class T> struct LineScales {
  T per_pos, per_neg, bound;  // 1/T_p, 1/T_n
};
template <class T, LogSumExpLoss L> LineScales<T> line_scales(const L& loss) {
  double pos = 1, neg = 1;
  if constexpr (L::hooks.temperatures) {
    pos = loss.temperature_pos();
    neg = loss.temperature_neg();
  }
  return {T(1 / pos), T(1 / neg), T(double(std::numeric_limits<T>::max()) / 8 * std::min({1.0, pos, neg}))};
}

// What an element adds to P and N is e^pos and e^neg: its weight is inside, as a logarithm, so that P and N are plain
// log-sum-exps and no product of a tiny weight with a large power is ever formed. −∞: adds nothing.
template <class T> struct LineExponents { T pos, neg; };
// Weights y·w and (1−y)·w of a soft or weighted label; those below 0 count as 0.
template <class T> SKEW_HD LineExponents<T> line_exponents(T x, T weight_pos, T weight_neg, const LineScales<T>& s) {
  x = minimum(maximum(x, -s.bound), s.bound);
  return {log(maximum(T(0), weight_pos)) - x * s.per_pos, log(maximum(T(0), weight_neg)) + x * s.per_neg};
}
// Of a hard label, without weights: the same numbers, without the logarithms.
template <class T> SKEW_HD LineExponents<T> line_exponents(T x, bool y, const LineScales<T>& s) {
  constexpr T none = -std::numeric_limits<T>::infinity();
  x = minimum(maximum(x, -s.bound), s.bound);
  return {select(y, -x * s.per_pos, none), select(y, none, x * s.per_neg)};
}

// ---- lines ---------------------------------------------------------------------------------------------------------
// A line's loss and the factors of its elements' softmax weights: ∂/∂x_k = slope_neg·e^(neg_k − N) − slope_pos·e^(pos_k
// − P).
template <class T> struct LineLoss {
  T value, slope_pos, slope_neg;
  bool counts;  // it has a positive, or, where classes are no lines, any known label; else all is 0
};
template <LogSumExpLoss L, class T>
SKEW_HD LineLoss<T> line_loss(const L& loss, const LineScales<T>& s, T lse_pos, T lse_neg) {
  constexpr T none = -std::numeric_limits<T>::infinity();
  const Dual<T> by_pos = loss.value(Dual<T>{lse_pos, 1}, Dual<T>{lse_neg, 0}),
                by_neg = loss.value(Dual<T>{lse_pos, 0}, Dual<T>{lse_neg, 1});
  const bool counts = (lse_pos > none) | (!L::hooks.along_classes & (lse_neg > none));
  return {select(counts, by_pos.v, T(0)), select(counts, by_pos.d * s.per_pos, T(0)),
          select(counts, by_neg.d * s.per_neg, T(0)), counts};
}

}  // namespace skew
