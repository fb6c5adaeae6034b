// Who drives the update: the total |gradient| that positives and negatives of an image contribute, when their logits
// follow a stated model. Plain numbers, as curve.h.
#pragma once
#include "apps/loss_lab/zones.h"

namespace skew::lab {

// The logits of a class: normal distributions of its positives and of its negatives, of one deviation.
struct LogitModel {
  double positive_mean, negative_mean, deviation;
};

// A network before training: every logit is standard normal, whatever its label.
inline LogitModel untrained_logits() { return {0, 0, 1}; }

// A trained one whose probabilities are true risks and whose AUROC is this (in (.5, 1)): Bayes' rule for two normal
// distributions d = √2·Φ⁻¹(AUROC) deviations apart makes the log odds N(logit π ± d²/2, d²).
inline LogitModel calibrated_logits(double prior, double auroc) {
  double low = 0, high = 8;
  for (int i = 0; i < 60; ++i) {
    const double z = (low + high) / 2;
    (std::erfc(-z / std::sqrt(2.0)) / 2 < auroc ? low : high) = z;
  }
  const double d = std::sqrt(2.0) * low;
  return {logit(prior) + d * d / 2, logit(prior) - d * d / 2, d};
}

// The expectation of f(x) for x ~ N(mean, deviation²): the trapezoid rule, exact to rounding for smooth f.
template <class F> double expectation(F&& f, double mean, double deviation) {
  constexpr int steps = 4000;
  constexpr double reach = 8, step = 2 * reach / steps;
  double sum = 0, weights = 0;
  for (int i = 0; i <= steps; ++i) {
    const double z = -reach + i * step, w = std::exp(-z * z / 2);
    sum += w * f(mean + deviation * z), weights += w;
  }
  return sum / weights;
}

struct Budget {
  double positives, negatives;  // expected Σ|∂ℓ/∂x| of an image
  double easy, hard, suspect;   // the negatives' total, by the zones of zones.h: p < ½, ½ … .9, > .9
  double share() const { return negatives / (positives + negatives); }
};

// For `classes` classes of the same prior π: C·π·E|∂ℓ/∂x| over positives, C·(1−π)·E|∂ℓ/∂x| over negatives.
template <class At> Budget budget(At&& at, double prior, double classes, const LogitModel& logits) {
  const double hard_from = logit(1 - hard_below), suspect_from = logit(1 - suspect_below);
  const auto negatives = [&](double low, double high) {
    const auto counted = [&](double x) { return x >= low && x < high ? std::abs(at(x, 0.0).dx) : 0.0; };
    return classes * (1 - prior) * expectation(counted, logits.negative_mean, logits.deviation);
  };
  Budget b{};
  b.positives = classes * prior *
                expectation([&](double x) { return std::abs(at(x, 1.0).dx); }, logits.positive_mean, logits.deviation);
  b.easy = negatives(-HUGE_VAL, hard_from), b.hard = negatives(hard_from, suspect_from);
  b.suspect = negatives(suspect_from, HUGE_VAL);
  b.negatives = b.easy + b.hard + b.suspect;
  return b;
}

}  // namespace skew::lab
