// The quantities that RAL, APL and ASL share: the probability p = σ(x), and the shifted one of the negatives,
//   q = min(1−p+m, 1),   r = 1−q = max(p−m, 0)         (m the clip: a negative with p < m costs nothing),
// with their logarithms. 1−p is σ(−x) and r is never 1 minus a rounded q, so float keeps its digits at both ends.
// In parity mode the public codes' clamps are applied: p̃ = max(p, ε), q̃ = max(q, ε) in logarithms and corrections.
#pragma once
#include "losses/kinds/pointwise/formula.h"

namespace skew {

template <class T> struct ClippedSigmoid {
  T p, not_p;  // p, 1−p
  T q, r;
  T log_p, log_q;              // ln p̃, ln q̃
  T not_p_floored, q_floored;  // 1−p̃, q̃

  template <class X> SKEW_HD ClippedSigmoid(X x, double clip, bool parity, double eps) {
    using S = scalar_t<T>;
    const S m = S(clip);
    p = sigmoid(x), not_p = sigmoid(-x);
    r = maximum(p - m, S(0));
    q = minimum(not_p + m, S(1));
    log_p = log_sigmoid(x);
    // Without a clip q underflows for large x, where ln q = −x to all digits (a clip below 1e-30 counts as none).
    log_q = select(q < S(1e-30), -number(x), log_near_one(q, -r));
    not_p_floored = not_p, q_floored = q;
    if (!parity) return;
    const S floor = S(eps), log_floor = log_normal(floor);
    log_p = maximum(log_p, log_floor), log_q = maximum(log_q, log_floor);
    not_p_floored = minimum(not_p, S(1) - floor), q_floored = maximum(q, floor);
  }
};

}  // namespace skew
