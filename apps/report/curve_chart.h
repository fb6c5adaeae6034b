// Precision-recall, ROC and reliability diagrams: one small square a class, so that the rare ones are seen as well.
// The curves themselves come from apps/metrics/ranking.h and probability_error.h.
#pragma once
#include <span>
#include <string>

#include "apps/metrics/class_means.h"
#include "apps/metrics/probability_error.h"
#include "apps/metrics/ranking.h"
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
  metrics::CalibrationTable table;
};

// Share of positives over mean score, one dot a bin, larger for more samples; dashed: perfectly calibrated.
// CSV: class, bin, count, mean_score, positive_rate.
Figure reliability_chart(std::span<const CalibratedClass> classes);

}  // namespace skew::report
