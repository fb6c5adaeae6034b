// Metrics of one class at a threshold: the four counts and what follows from them, and how to choose the threshold.
// A sample is predicted positive if its score >= the threshold.
// Not here: metrics without a threshold (apps/metrics/ranking.h).
#pragma once
#include <cstdint>
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

// The threshold to store with a model: best_f1's, or 0.5 (tuned = false) where the class has fewer than 5 positives.
struct ClassThreshold {
  double value = 0.5;
  bool tuned = false;
};
ClassThreshold tune_threshold(const RankingTable& table);

}  // namespace skew::metrics
