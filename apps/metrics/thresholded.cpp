// Counts at a threshold, and the threshold with the best F1.
#include "apps/metrics/thresholded.h"

#include <limits>

#include "apps/metrics/labelled_scores.h"

namespace skew::metrics {
namespace {

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

double ratio(const Counts& counts, int64_t part, int64_t whole) {
  if (counts.size() == 0) return undefined;
  return whole == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(whole);
}

}  // namespace

Counts& Counts::operator+=(const Counts& other) {
  true_positives += other.true_positives;
  false_positives += other.false_positives;
  false_negatives += other.false_negatives;
  true_negatives += other.true_negatives;
  return *this;
}

Counts count(std::span<const double> scores, std::span<const double> targets, double threshold) {
  const LabelledScores pairs = known(scores, targets);
  Counts counts;
  for (size_t i = 0; i < pairs.scores.size(); ++i) {
    const bool predicted = pairs.scores[i] >= threshold;
    if (pairs.positive[i]) {
      (predicted ? counts.true_positives : counts.false_negatives) += 1;
    } else {
      (predicted ? counts.false_positives : counts.true_negatives) += 1;
    }
  }
  return counts;
}

double precision(const Counts& c) { return ratio(c, c.true_positives, c.true_positives + c.false_positives); }
double recall(const Counts& c) { return ratio(c, c.true_positives, c.true_positives + c.false_negatives); }
double specificity(const Counts& c) { return ratio(c, c.true_negatives, c.true_negatives + c.false_positives); }
double f1(const Counts& c) {
  return ratio(c, 2 * c.true_positives, 2 * c.true_positives + c.false_positives + c.false_negatives);
}

BestF1 best_f1(const RankingTable& table) {
  if (table.positives == 0) return {undefined, undefined};
  size_t best = 0;
  // F1 = 2 TP / (predicted + positives): fractions are compared by cross-multiplication, so ties are exact.
  const auto denominator = [&](size_t k) {
    return table.true_positives[k] + table.false_positives[k] + table.positives;
  };
  for (size_t k = 1; k < table.thresholds.size(); ++k) {
    if (table.true_positives[k] * denominator(best) > table.true_positives[best] * denominator(k)) best = k;
  }
  return {table.thresholds[best],
          2 * static_cast<double>(table.true_positives[best]) / static_cast<double>(denominator(best))};
}

TunedThreshold tune_threshold(const RankingTable& table, int64_t least_positives) {
  if (table.positives == 0 || table.positives < least_positives) return {};
  return {best_f1(table).threshold, true};
}

}  // namespace skew::metrics
