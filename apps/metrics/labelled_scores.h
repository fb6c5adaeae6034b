// The (score, target) pairs that every metric of one class starts from: checked, and without the unknown labels.
// No metric lives here; ranking.h, thresholded.h and probability_error.h compute them from plain spans and call known()
// first. Read next: apps/metrics/ranking.h.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace skew::metrics {

// Scores and labels of the samples whose label is known, in the order of the input.
struct LabelledScores {
  std::vector<double> scores;
  std::vector<uint8_t> positive;  // 1 or 0
  int64_t positives = 0;

  int64_t size() const { return std::ssize(scores); }
  int64_t negatives() const { return size() - positives; }
};

// Pairs scores[i] with targets[i]: 1 positive, 0 negative, NaN unknown and left out.
// Throws ValueError on different lengths, no samples, a NaN or infinite score, a target that is none of the three.
LabelledScores known(std::span<const double> scores, std::span<const double> targets);

// As known(), and throws ValueError if a score is no probability in [0, 1].
LabelledScores known_probabilities(std::span<const double> scores, std::span<const double> targets);

// The two checks alone, for scores whose targets are classes.
void check_finite(std::span<const double> scores, size_t i);  // of scores[i]
void check_probabilities(std::span<const double> scores);

// Column `label` of a row-major [samples][labels] matrix.
std::vector<double> column(std::span<const double> matrix, int64_t labels, int64_t label);

}  // namespace skew::metrics
