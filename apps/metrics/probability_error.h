// Metrics that take the scores of one class for probabilities: log loss, Brier score, expected calibration error.
// Not here: the calibration of a model itself, and softmax outputs (apps/metrics/multiclass.h).
// Read next: apps/metrics/multilabel.h.
#pragma once
#include <array>
#include <cstdint>
#include <span>

namespace skew::metrics {

// The three below: scores in [0, 1]; targets 1, 0, or NaN for unknown (left out); NaN (undefined) if none is known.
// They throw ValueError as known_probabilities() in labelled_scores.h does.

// Mean of -ln p(truth), p clipped to [2^-52, 1 - 2^-52] as scikit-learn does for double.
double log_loss(std::span<const double> scores, std::span<const double> targets);

// Mean of (p - y)^2.
double brier(std::span<const double> scores, std::span<const double> targets);

// Expected calibration error: sum over bins of (n_k / n) |mean y - mean p|.
double calibration_error(std::span<const double> scores, std::span<const double> targets);

// The bins of that sum, as a reliability diagram shows them: bin k holds p with min(floor(15 p), 14) = k.
constexpr int calibration_bins = 15;
struct CalibrationBin {
  int64_t count = 0;
  double score_sum = 0, positive_sum = 0;

  double mean_score() const { return score_sum / static_cast<double>(count); }        // NaN if empty
  double positive_rate() const { return positive_sum / static_cast<double>(count); }  // NaN if empty
};
using CalibrationTable = std::array<CalibrationBin, calibration_bins>;
CalibrationTable calibration_table(std::span<const double> scores, std::span<const double> targets);
double calibration_error(const CalibrationTable& table);

// log(p) with p clipped as log_loss() clips it.
double clipped_log(double probability);

}  // namespace skew::metrics
