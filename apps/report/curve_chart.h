// Precision-recall, ROC and reliability diagrams: one small square a class, so that the rare ones are seen as well.
// The curves themselves come from apps/metrics/ranking.h and probability_error.h.
#pragma once
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "apps/metrics/class_means.h"
#include "apps/metrics/probability_error.h"
#include "apps/metrics/ranking.h"
#include "apps/report/class_squares.h"
#include "apps/report/figure.h"

namespace skew::report {

struct RankedClass {
  std::string name;
  metrics::Band band;  // gives the colour
  metrics::RankingTable table;
};

// Precision over recall as steps (what average precision sums); dashed: prevalence. A class without positives is empty.
// CSV: class, recall, precision, threshold of the points drawn; those that no pixel shows are left out.
Figure pr_chart(std::span<const RankedClass> classes);

// True positive rate over false positive rate; dashed: chance. CSV: class, fpr, tpr, threshold.
Figure roc_chart(std::span<const RankedClass> classes);

struct CalibratedClass {
  std::string name;
  metrics::Band band;
  metrics::CalibrationTable scores;
  std::optional<metrics::CalibrationTable> risks = {};  // calibrated, where the model can
};

// Share of positives over mean score, one dot a bin, larger for more samples; dashed: perfectly calibrated. With risks
// of every class these have its colour, and the scores are grey. CSV: class, of (score or risk), bin, count,
// mean_score, positive_rate.
Figure reliability_chart(std::span<const CalibratedClass> classes);

// Indices of the points of a curve that are visible at a square's size: half a pixel from the last one kept, and both
// ends.
std::vector<size_t> visible(const std::vector<double>& x, const std::vector<double>& y);
// The steps through those points of a precision-recall curve, on the page.
std::vector<Point> pr_steps(const metrics::PrCurve& curve, const std::vector<size_t>& kept, const Square& at);

}  // namespace skew::report
