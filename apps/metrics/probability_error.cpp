// Log loss, Brier score and calibration error of one class.
#include "apps/metrics/probability_error.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "apps/metrics/labelled_scores.h"

namespace skew::metrics {

double clipped_log(double probability) {
  constexpr double epsilon = std::numeric_limits<double>::epsilon();  // 2^-52
  return std::log(std::clamp(probability, epsilon, 1 - epsilon));
}

double log_loss(std::span<const double> scores, std::span<const double> targets) {
  const LabelledScores pairs = known_probabilities(scores, targets);
  double sum = 0;
  for (size_t i = 0; i < pairs.scores.size(); ++i)
    sum -= clipped_log(pairs.positive[i] ? pairs.scores[i] : 1 - pairs.scores[i]);
  return sum / double(pairs.size());  // 0/0, NaN, if nothing is known
}

double brier(std::span<const double> scores, std::span<const double> targets) {
  const LabelledScores pairs = known_probabilities(scores, targets);
  double sum = 0;
  for (size_t i = 0; i < pairs.scores.size(); ++i) {
    const double gap = pairs.scores[i] - pairs.positive[i];
    sum += gap * gap;
  }
  return sum / double(pairs.size());
}

CalibrationTable calibration_table(std::span<const double> scores, std::span<const double> targets) {
  const LabelledScores pairs = known_probabilities(scores, targets);
  CalibrationTable table;
  for (size_t i = 0; i < pairs.scores.size(); ++i) {
    const auto bin = size_t(std::min<double>(calibration_bins * pairs.scores[i], calibration_bins - 1));
    table[bin].count += 1;
    table[bin].score_sum += pairs.scores[i];
    table[bin].positive_sum += pairs.positive[i];
  }
  return table;
}

double calibration_error(const CalibrationTable& table) {
  int64_t total = 0;
  double sum = 0;
  for (const CalibrationBin& bin : table) {
    total += bin.count;
    sum += std::abs(bin.positive_sum - bin.score_sum);  // n_k |mean y - mean p|
  }
  return sum / double(total);
}

double calibration_error(std::span<const double> scores, std::span<const double> targets) {
  return calibration_error(calibration_table(scores, targets));
}

}  // namespace skew::metrics
