// Every metric of a multi-label classifier in one bundle: per class, macro, micro, weighted, per sample.
// What `skew eval` prints and stores comes from here; single metrics are in ranking.h, thresholded.h,
// probability_error.h.
// Read next: apps/metrics/class_means.h (head / medium / tail).
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "apps/metrics/class_means.h"
#include "apps/metrics/thresholded.h"

namespace skew::metrics {

// All vectors have one entry a class. NaN is undefined: AP and best F1 without positives, AUROC with one kind of label
// only, anything else without a known label. Macro means cover the defined classes.
struct MultilabelMetrics {
  int64_t samples = 0, labels = 0;
  std::vector<int64_t> known, positives;  // known labels and positives among them

  std::vector<double> ap, auroc;
  std::vector<BestF1> best_f1;      // on these very samples: optimistic; tune on validation instead
  MacroMean ap_macro, auroc_macro;  // ap_macro is mAP
  double ap_micro, auroc_micro;     // all known elements pooled
  double ap_weighted;               // by positives

  std::vector<Counts> counts;  // at the thresholds given
  std::vector<double> precision, recall, specificity, f1;
  MacroMean f1_macro;
  double f1_micro;         // from the summed counts
  double subset_accuracy;  // rows with every label right, of the rows whose labels are all known
  double hamming_loss;     // share of wrong elements among the known

  // Empty and NaN if the scores are logits.
  std::vector<double> log_loss, brier, calibration_error;
  MacroMean log_loss_mean, brier_mean, calibration_error_mean;
};

struct MultilabelOptions {
  std::span<const double> thresholds = {};  // one a class; empty: 0.5 for all
  bool probabilities = true;                // false: scores are logits, and what needs probabilities is left out
};

// scores and targets: row-major [samples][labels]; targets 1, 0, or NaN for unknown.
// Throws ValueError as labelled_scores.h says, on a length that is no multiple of labels, and on a wrong number of
// thresholds.
MultilabelMetrics multilabel_metrics(std::span<const double> scores, std::span<const double> targets, int64_t labels,
                                     const MultilabelOptions& options = {});

// The evaluator of the MedMNIST benchmark: mean AUROC over the labels (NaN if one is undefined), and the share of right
// elements at score > 0.5. No unknown labels.
struct MedmnistScore {
  double auc, accuracy;
};
MedmnistScore medmnist_multilabel(std::span<const double> scores, std::span<const double> targets, int64_t labels);

}  // namespace skew::metrics
