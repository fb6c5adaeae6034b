// Every metric of a single-label classifier: confusion matrix, accuracies, kappa, per-class and one-against-rest
// values. Scores are softmax outputs; the prediction is the first largest. Multi-label metrics are in
// apps/metrics/multilabel.h. Read next: apps/metrics/class_means.h.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "apps/metrics/class_means.h"
#include "apps/metrics/multilabel.h"

namespace skew::metrics {

// counts[truth * classes + prediction].
struct ConfusionMatrix {
  int64_t classes = 0;
  std::vector<int64_t> counts;

  int64_t at(int64_t truth, int64_t prediction) const {
    return counts[static_cast<size_t>(truth * classes + prediction)];
  }
  int64_t total() const;
  int64_t support(int64_t truth) const;         // samples of that class
  int64_t predicted(int64_t prediction) const;  // samples called that class
};

// scores: row-major [samples][classes]; targets: class indices. Throws ValueError on no samples, different lengths,
// a score that is NaN or infinite, a target outside 0 … classes-1.
ConfusionMatrix confusion_matrix(std::span<const double> scores, std::span<const int64_t> targets, int64_t classes);

double accuracy(const ConfusionMatrix& confusion);
double balanced_accuracy(const ConfusionMatrix& confusion);  // mean recall over the classes that occur

// Cohen's kappa, 1 - observed / expected disagreement: 1 for each miss, or (i-j)^2 (for grades).
// NaN where the expected disagreement is 0.
enum class KappaWeights { none, quadratic };
double kappa(const ConfusionMatrix& confusion, KappaWeights weights = KappaWeights::none);

// Share of samples whose class is among the k highest scores; equal scores rank the lower class index first, as
// the prediction does.
double top_k_accuracy(std::span<const double> scores, std::span<const int64_t> targets, int64_t classes, int64_t k);

// All vectors have one entry a class; NaN is undefined (AP without positives, AUROC with one kind only).
struct MulticlassMetrics {
  ConfusionMatrix confusion;
  double accuracy, balanced_accuracy, kappa, kappa_quadratic, top3_accuracy;
  std::vector<int64_t> support;
  std::vector<double> precision, recall, f1;  // 0 where the denominator is 0
  double f1_macro, f1_weighted, f1_micro;     // over all classes; by support; micro is the accuracy
  double log_loss;                            // -ln p(truth), clipped as in probability_error.h
  double brier;                               // mean over samples of the sum over classes of (p - y)^2
  double top1_calibration_error;              // p: the largest probability, y: whether it was right
  std::vector<double> ap, auroc;              // one class against the rest
  MacroMean ap_macro, auroc_macro;
};

// scores: probabilities in [0, 1], row-major [samples][classes]; throws ValueError as above, and on a score
// outside that range.
MulticlassMetrics multiclass_metrics(std::span<const double> scores, std::span<const int64_t> targets, int64_t classes);

// The evaluator of the MedMNIST benchmark: mean one-against-rest AUROC (NaN if one is undefined) and accuracy.
MedmnistScore medmnist_multiclass(std::span<const double> scores, std::span<const int64_t> targets, int64_t classes);

}  // namespace skew::metrics
