// Checking scores and targets once, so that the metrics themselves are only formulas.
#include "apps/metrics/labelled_scores.h"

#include <cmath>

#include "core/error.h"

namespace skew::metrics {

void check_finite(std::span<const double> scores, size_t i) {
  if (!std::isfinite(scores[i]))
    throw ValueError(text("metrics: score ", i, " is ", scores[i], "; scores must be finite (did training diverge?)"));
}

void check_probabilities(std::span<const double> scores) {
  for (size_t i = 0; i < scores.size(); ++i)
    if (scores[i] < 0 || scores[i] > 1)
      throw ValueError(
          text("metrics: score ", i, " is ", scores[i], "; expected a probability in [0, 1], not a logit"));
}

LabelledScores known(std::span<const double> scores, std::span<const double> targets) {
  if (scores.size() != targets.size())
    throw ValueError(text("metrics: ", scores.size(), " scores but ", targets.size(),
                          " targets; give one target per score, NaN where it is unknown"));
  if (scores.empty()) throw ValueError("metrics: no samples; the split is empty");
  LabelledScores result;
  result.scores.reserve(scores.size());
  result.positive.reserve(scores.size());
  for (size_t i = 0; i < scores.size(); ++i) {
    check_finite(scores, i);
    if (std::isnan(targets[i])) continue;
    if (targets[i] != 0 && targets[i] != 1)
      throw ValueError(text("metrics: target ", i, " is ", targets[i], "; expected 0, 1, or NaN for unknown"));
    result.scores.push_back(scores[i]);
    result.positive.push_back(targets[i] == 1);
    result.positives += targets[i] == 1;
  }
  return result;
}

LabelledScores known_probabilities(std::span<const double> scores, std::span<const double> targets) {
  LabelledScores result = known(scores, targets);
  check_probabilities(scores);
  return result;
}

std::vector<double> column(std::span<const double> matrix, int64_t labels, int64_t label) {
  if (labels < 1 || label < 0 || label >= labels || matrix.size() % size_t(labels) != 0)
    throw ValueError(
        text("metrics: no column ", label, " in ", matrix.size(), " values with ", labels, " labels a row"));
  std::vector<double> values;
  values.reserve(matrix.size() / size_t(labels));
  for (size_t i = size_t(label); i < matrix.size(); i += size_t(labels)) values.push_back(matrix[i]);
  return values;
}

}  // namespace skew::metrics
