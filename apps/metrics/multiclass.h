// Every metric of a single-label classifier: confusion matrix, accuracies, kappa, per-class and one-against-rest
// values. Scores are softmax outputs; the prediction is the first largest. Multi-label metrics are in
// apps/metrics/multilabel.h. Read next: apps/metrics/class_means.h.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace skew::metrics {

// All vectors but the first have one entry a class; NaN is undefined (AP without positives, AUROC with one kind only).
struct MulticlassMetrics {
  std::vector<int64_t> confusion;      // [truth * classes + prediction]: how many samples
  double accuracy, balanced_accuracy;  // the latter: mean recall over the classes that occur
  // Cohen's, 1 - observed / expected disagreement: 1 for each miss, or (i-j)^2 (for grades). NaN where the expected
  // disagreement is 0.
  double kappa, kappa_quadratic;
  std::vector<int64_t> support;               // samples of the class
  std::vector<double> precision, recall, f1;  // 0 where the denominator is 0
  double f1_weighted;                         // by support
  double top3_accuracy;  // the class is among the three highest scores; of equal ones the lower class index is first
  double log_loss;       // -ln p(truth), clipped as in probability_error.h
  double brier;          // mean over samples of the sum over classes of (p - y)^2
  double top1_calibration_error;  // p: the largest probability, y: whether it was right
  std::vector<double> ap, auroc;  // one class against the rest
  double medmnist_auc;            // as MedMNIST's evaluator measures: mean AUROC, NaN if one is undefined
};

// scores: probabilities in [0, 1], row-major [samples][classes]; targets: class indices. Throws ValueError on no
// samples, different lengths, a score that is NaN, infinite or no probability, a target outside 0 … classes-1.
MulticlassMetrics multiclass_metrics(std::span<const double> scores, std::span<const int64_t> targets, int64_t classes);

// 1 for the samples of class `positive`, 0 for all others.
std::vector<double> one_against_rest(std::span<const int64_t> targets, int64_t positive);

}  // namespace skew::metrics
