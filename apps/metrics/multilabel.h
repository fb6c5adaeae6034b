// The ranking and decision metrics of a multi-label classifier in one bundle: per class and over all labels. What `skew
// eval` prints and stores comes from here; single metrics are in ranking.h, thresholded.h, probability_error.h. Read
// next: apps/metrics/class_means.h (head / medium / tail).
#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace skew::metrics {

// All vectors have one entry a class. NaN is undefined: AP without positives, AUROC with one kind of label only,
// anything else without a known label.
struct MultilabelMetrics {
  std::vector<int64_t> known, positives;  // known labels and positives among them
  std::vector<double> ap, auroc;
  double ap_micro, auroc_micro;  // all known elements pooled
  double ap_weighted;            // by positives

  std::vector<double> precision, recall, specificity, f1;  // at the thresholds given
  double f1_micro;                                         // from the summed counts
  double subset_accuracy;  // rows with every label right, of the rows whose labels are all known
  double hamming_loss;     // share of wrong elements among the known
  // As MedMNIST's evaluator measures: mean AUROC, NaN if one is undefined; share of right elements at score > 0.5, here
  // of the known ones (there every label is known).
  double medmnist_auc, medmnist_accuracy;
};

// scores and targets: row-major [samples][labels]; targets 1, 0, or NaN for unknown. thresholds: one a class; empty:
// 0.5 for all. Throws ValueError as labelled_scores.h says, on a length that is no multiple of labels, and on a wrong
// number of thresholds.
MultilabelMetrics multilabel_metrics(std::span<const double> scores, std::span<const double> targets, int64_t labels,
                                     std::span<const double> thresholds = {});

}  // namespace skew::metrics
