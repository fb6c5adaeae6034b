// The multi-label bundle: loops over the classes and calls the metrics of one class.
#include "apps/metrics/multilabel.h"

#include <cmath>
#include <numeric>

#include "apps/metrics/class_means.h"
#include "apps/metrics/labelled_scores.h"
#include "apps/metrics/thresholded.h"
#include "core/error.h"

namespace skew::metrics {
namespace {

void add_row_by_row(MultilabelMetrics& m, std::span<const double> scores, std::span<const double> targets,
                    size_t labels, std::span<const double> thresholds) {
  double rows = 0, right_rows = 0, known = 0, right = 0;
  for (size_t row = 0; row < scores.size(); row += labels) {
    bool all_known = true, all_right = true;
    for (size_t c = 0; c < labels; ++c) {
      const double score = scores[row + c], truth = targets[row + c];
      all_known &= !std::isnan(truth);
      all_right &= (score >= (thresholds.empty() ? 0.5 : thresholds[c])) == (truth == 1);
      known += !std::isnan(truth);
      right += !std::isnan(truth) && (score > 0.5) == (truth == 1);
    }
    rows += all_known;
    right_rows += all_known && all_right;
  }
  m.subset_accuracy = rows == 0 ? NAN : right_rows / rows;
  m.medmnist_accuracy = right / known;
  m.medmnist_auc = std::accumulate(m.auroc.begin(), m.auroc.end(), 0.0) / double(labels);
}

}  // namespace

MultilabelMetrics multilabel_metrics(std::span<const double> scores, std::span<const double> targets, int64_t labels,
                                     std::span<const double> thresholds) {
  if (labels < 1 || scores.size() % size_t(labels) != 0)
    throw ValueError(text("metrics: ", scores.size(), " scores do not make rows of ", labels, " labels"));
  if (!thresholds.empty() && thresholds.size() != size_t(labels))
    throw ValueError(text("metrics: ", thresholds.size(), " thresholds for ", labels, " labels; expected one a label"));
  // The whole matrix first, so that an error names the element's place in it.
  const RankingTable pooled = ranking_table(scores, targets);
  MultilabelMetrics m;
  Counts pooled_counts;
  for (int64_t c = 0; c < labels; ++c) {
    const std::vector<double> own = column(scores, labels, c), truth = column(targets, labels, c);
    const RankingTable table = ranking_table(own, truth);
    m.known.push_back(table.positives + table.negatives);
    m.positives.push_back(table.positives);
    m.ap.push_back(average_precision(table));
    m.auroc.push_back(auroc(table));

    const Counts counts = count(own, truth, thresholds.empty() ? 0.5 : thresholds[size_t(c)]);
    m.precision.push_back(precision(counts));
    m.recall.push_back(recall(counts));
    m.specificity.push_back(specificity(counts));
    m.f1.push_back(f1(counts));
    pooled_counts += counts;
  }
  m.ap_micro = average_precision(pooled);
  m.auroc_micro = auroc(pooled);
  m.ap_weighted = weighted_mean(m.ap, m.positives);
  m.f1_micro = f1(pooled_counts);
  m.hamming_loss = double(pooled_counts.false_positives + pooled_counts.false_negatives) / double(pooled_counts.size());
  add_row_by_row(m, scores, targets, size_t(labels), thresholds);
  return m;
}

}  // namespace skew::metrics
