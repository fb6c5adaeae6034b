// Metrics that depend on the order of the scores alone: average precision, AUROC and their curves.
// All of them read one table: the counts at each distinct score, from the highest down. Definitions are scikit-learn's.
// Not here: anything at a fixed threshold (apps/metrics/thresholded.h).
#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace skew::metrics {

// Row k: how many positives and negatives have a score >= thresholds[k]. Thresholds are the distinct scores, falling.
struct RankingTable {
  std::vector<double> thresholds;
  std::vector<int64_t> true_positives, false_positives;
  int64_t positives = 0, negatives = 0;
};

// Targets are 1, 0, or NaN for unknown (left out). Throws ValueError as known() in labelled_scores.h does.
RankingTable ranking_table(std::span<const double> scores, std::span<const double> targets);

// AP = sum over rows of (R_n - R_{n-1}) P_n, without interpolation. NaN (undefined) without positives.
double average_precision(const RankingTable& table);

// Probability that a positive outranks a negative, ties counting one half. NaN (undefined) if either kind is missing.
double auroc(const RankingTable& table);

// Points by rising threshold; recall falls; a last point (precision 1, recall 0) has no threshold.
// Without positives recall is 1 throughout, as in scikit-learn.
struct PrCurve {
  std::vector<double> precision, recall, thresholds;
};
PrCurve pr_curve(const RankingTable& table);

// Points by falling threshold, the first at infinity (0, 0). A rate without a denominator is NaN.
// With drop_collinear, points inside a straight stretch are left out.
struct RocCurve {
  std::vector<double> fpr, tpr, thresholds;
};
RocCurve roc_curve(const RankingTable& table, bool drop_collinear = false);

}  // namespace skew::metrics
