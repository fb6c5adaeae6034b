// The multi-label bundle: loops over the classes and calls the metrics of one class.
#include "apps/metrics/multilabel.h"

#include <cmath>
#include <limits>

#include "apps/metrics/labelled_scores.h"
#include "apps/metrics/probability_error.h"
#include "core/error.h"

namespace skew::metrics {
namespace {

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

void check(std::span<const double> scores, std::span<const double> targets, int64_t labels, size_t thresholds) {
  if (labels < 1 || scores.size() % static_cast<size_t>(labels) != 0) {
    throw ValueError(text("metrics: ", scores.size(), " scores do not make rows of ", labels, " labels"));
  }
  if (thresholds != 0 && thresholds != static_cast<size_t>(labels)) {
    throw ValueError(text("metrics: ", thresholds, " thresholds for ", labels, " labels; expected one a label"));
  }
  known(scores, targets);  // the whole matrix, so that an error names the element's place in it
}

// Rows whose labels are all known and all right, over the rows whose labels are all known.
double subset_accuracy(std::span<const double> scores, std::span<const double> targets, size_t labels,
                       std::span<const double> thresholds) {
  int64_t rows = 0, right = 0;
  for (size_t row = 0; row < scores.size(); row += labels) {
    bool all_known = true, all_right = true;
    for (size_t c = 0; c < labels; ++c) {
      const double threshold = thresholds.empty() ? 0.5 : thresholds[c];
      all_known &= !std::isnan(targets[row + c]);
      all_right &= (scores[row + c] >= threshold) == (targets[row + c] == 1);
    }
    rows += all_known;
    right += all_known && all_right;
  }
  return rows == 0 ? undefined : static_cast<double>(right) / static_cast<double>(rows);
}

void add_class(MultilabelMetrics& m, std::span<const double> scores, std::span<const double> targets, double threshold,
               bool probabilities) {
  const RankingTable table = ranking_table(scores, targets);
  m.known.push_back(table.positives + table.negatives);
  m.positives.push_back(table.positives);
  m.ap.push_back(average_precision(table));
  m.auroc.push_back(auroc(table));
  m.best_f1.push_back(best_f1(table));

  const Counts counts = count(scores, targets, threshold);
  m.counts.push_back(counts);
  m.precision.push_back(precision(counts));
  m.recall.push_back(recall(counts));
  m.specificity.push_back(specificity(counts));
  m.f1.push_back(f1(counts));
  if (!probabilities) return;
  m.log_loss.push_back(log_loss(scores, targets));
  m.brier.push_back(brier(scores, targets));
  m.calibration_error.push_back(calibration_error(scores, targets));
}

}  // namespace

MultilabelMetrics multilabel_metrics(std::span<const double> scores, std::span<const double> targets, int64_t labels,
                                     const MultilabelOptions& options) {
  check(scores, targets, labels, options.thresholds.size());
  MultilabelMetrics m;
  m.labels = labels;
  m.samples = std::ssize(scores) / labels;
  Counts pooled_counts;
  for (int64_t c = 0; c < labels; ++c) {
    const double threshold = options.thresholds.empty() ? 0.5 : options.thresholds[static_cast<size_t>(c)];
    add_class(m, column(scores, labels, c), column(targets, labels, c), threshold, options.probabilities);
    pooled_counts += m.counts.back();
  }
  m.ap_macro = macro_mean(m.ap);
  m.auroc_macro = macro_mean(m.auroc);
  m.ap_weighted = weighted_mean(m.ap, m.positives);
  const RankingTable pooled = ranking_table(scores, targets);
  m.ap_micro = average_precision(pooled);
  m.auroc_micro = auroc(pooled);

  m.f1_macro = macro_mean(m.f1);
  m.f1_micro = f1(pooled_counts);
  m.subset_accuracy = subset_accuracy(scores, targets, static_cast<size_t>(labels), options.thresholds);
  m.hamming_loss = static_cast<double>(pooled_counts.false_positives + pooled_counts.false_negatives) /
                   static_cast<double>(pooled_counts.size());

  m.log_loss_mean = macro_mean(m.log_loss);
  m.brier_mean = macro_mean(m.brier);
  m.calibration_error_mean = macro_mean(m.calibration_error);
  return m;
}

MedmnistScore medmnist_multilabel(std::span<const double> scores, std::span<const double> targets, int64_t labels) {
  check(scores, targets, labels, 0);
  double auc = 0;
  for (int64_t c = 0; c < labels; ++c) auc += auroc(column(scores, labels, c), column(targets, labels, c));
  int64_t right = 0;
  for (size_t i = 0; i < scores.size(); ++i) right += (scores[i] > 0.5) == (targets[i] == 1);
  return {auc / static_cast<double>(labels), static_cast<double>(right) / static_cast<double>(scores.size())};
}

}  // namespace skew::metrics
