// Counts at a threshold, and the threshold with the best F1.
#include "apps/metrics/thresholded.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "apps/metrics/labelled_scores.h"

namespace skew::metrics {
namespace {

double ratio(const Counts& counts, int64_t part, int64_t whole) {
  if (counts.size() == 0) return NAN;
  return whole == 0 ? 0.0 : double(part) / double(whole);
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
    if (pairs.positive[i]) ++(predicted ? counts.true_positives : counts.false_negatives);
    else ++(predicted ? counts.false_positives : counts.true_negatives);
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
  if (table.positives == 0) return {NAN, NAN};
  size_t best = 0;
  // F1 = 2 TP / (predicted + positives): fractions are compared by cross-multiplication, so ties are exact.
  const auto denominator = [&](size_t k) {
    return table.true_positives[k] + table.false_positives[k] + table.positives;
  };
  for (size_t k = 1; k < table.thresholds.size(); ++k)
    if (table.true_positives[k] * denominator(best) > table.true_positives[best] * denominator(k)) best = k;
  return {table.thresholds[best], 2 * double(table.true_positives[best]) / double(denominator(best))};
}

ClassThreshold tune_threshold(const RankingTable& table) {
  if (table.positives < least_positives || table.negatives == 0) return {};
  const double best = best_f1(table).threshold;
  const auto at = std::ranges::find(table.thresholds, best);
  const double below = at + 1 == table.thresholds.end() ? 0 : at[1], middle = std::midpoint(below, best);
  return {middle > below ? middle : best, ThresholdSource::val};  // neighbouring doubles have nothing between them
}

}  // namespace skew::metrics
