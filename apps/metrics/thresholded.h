// Metrics of one class at a threshold: the four counts and what follows from them, and how to choose the threshold.
// A sample is predicted positive if its score >= the threshold.
// Not here: metrics without a threshold (apps/metrics/ranking.h).
#pragma once
#include <array>
#include <cstdint>
#include <limits>
#include <span>

#include "apps/metrics/ranking.h"

namespace skew::metrics {

struct Counts {
  int64_t true_positives = 0, false_positives = 0, false_negatives = 0, true_negatives = 0;

  int64_t size() const { return true_positives + false_positives + false_negatives + true_negatives; }
  Counts& operator+=(const Counts& other);
};

// Targets are 1, 0, or NaN for unknown (left out). Throws ValueError as known() in labelled_scores.h does.
Counts count(std::span<const double> scores, std::span<const double> targets, double threshold = 0.5);

// Each is 0 where its denominator is 0, and NaN (undefined) if no label is known.
double precision(const Counts& counts);    // of the predicted positives, how many are
double recall(const Counts& counts);       // sensitivity: of the positives, how many were found
double specificity(const Counts& counts);  // of the negatives, how many were left alone
double f1(const Counts& counts);           // 2 TP / (2 TP + FP + FN)

// The distinct score with the largest F1, the highest on ties; compared in exact counts. NaN twice without positives.
struct BestF1 {
  double threshold, f1;
};
BestF1 best_f1(const RankingTable& table);

// Where the threshold of a class comes from.
enum class ThresholdSource : uint8_t {
  fixed,        // 0.5, whatever that stands for
  val,          // tuned for F1 on the class's own scores
  pooled_risk,  // the score at which the class's risk reaches one threshold of risk, tuned on such classes at once
  common_risk,  // likewise, tuned on all classes at once
  even_risk,    // the score at which the class's risk reaches 0.5
  given         // by somebody
};
constexpr std::array<const char*, 6> words_of(ThresholdSource) {
  return {"default", "val", "pooled risk", "common risk", "even risk", "given"};
}

// A class is called positive from this score on.
struct ClassThreshold {
  double value = 0.5;  // 0 … 1
  ThresholdSource source = ThresholdSource::fixed;
  double risk = std::numeric_limits<double>::quiet_NaN();  // the threshold of risk, where it is one
  bool tuned() const { return source == ThresholdSource::val; }
};

constexpr int64_t least_positives = 5;  // to tune a threshold by

// The F1-optimal threshold, half-way between best_f1's score and the next lower one (0 below the lowest): a threshold
// on a score would turn with its last bit. Source `fixed` where the class has fewer than least_positives, or no
// negative, for which every threshold is as good.
ClassThreshold tune_threshold(const RankingTable& table);

}  // namespace skew::metrics
