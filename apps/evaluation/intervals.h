// How far the metrics of this test set can be trusted: bootstrap intervals over its patients, or over its images where
// nobody says whose they are. Read next: apps/metrics/bootstrap.h.
#pragma once
#include <optional>

#include "apps/evaluation/inference.h"
#include "apps/metrics/bootstrap.h"

namespace skew {

struct MetricIntervals {
  double coverage = .95;
  int64_t resamples = 0, groups = 0;
  bool patients = false;                     // groups are patients; else images
  std::vector<metrics::Interval> ap, auroc;  // of each class; NaN where undefined, as with a single positive patient
  std::vector<int64_t> positive_groups, negative_groups;  // of each class: groups with such an image
  metrics::Interval mean_ap, mean_auroc;                  // over the classes that have them
  metrics::Interval accuracy, balanced_accuracy;          // single label; else NaN
};

// Nothing where images times classes are so many that resampling would take minutes.
std::optional<MetricIntervals> metric_intervals(const Predictions& p, const Dataset& data);

// The patients of predictions, or each image by itself where the data know none.
metrics::Groups groups_of(const Predictions& p, const Dataset& data);

// The targets of single-label predictions as (N, L) of 1 and 0; of others, their own.
std::vector<double> label_matrix(const Predictions& p);

}  // namespace skew
