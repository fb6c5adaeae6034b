// How good predictions are, as people read it and as files keep it: one bundle of metrics, one table, four files.
// The metrics themselves are in apps/metrics.
#pragma once
#include <optional>

#include "apps/evaluation/inference.h"
#include "apps/evaluation/intervals.h"
#include "apps/evaluation/model_info.h"
#include "apps/metrics/class_means.h"
#include "apps/metrics/multiclass.h"
#include "apps/metrics/multilabel.h"

namespace skew {

// How good numbers are as probabilities: of a model's scores, and beside them of its calibrated risks.
struct ProbabilityQuality {
  // Multi-label: macro means over classes with a known label, and the same class by class. Single label: of all images,
  // the ECE of the largest probability; no vectors.
  double log_loss = 0, brier = 0, calibration_error = 0;
  double accuracy = 0, balanced_accuracy = 0;  // single label: of the class with the largest probability
  std::vector<double> class_log_loss, class_brier, class_calibration_error;
  std::vector<double> class_f1;  // multi-label, positive = probability ≥ 0.5; NaN for a class without a positive
  metrics::BandMeans f1;         // of class_f1
};

// What was measured, for the files; "" where nobody says.
struct MeasuredOn {
  std::string data, split, weights, fingerprint;  // fingerprint: Dataset::fingerprint()
  // What the counts of measured images are called beside those of training: the split.
  std::string counts() const;
};

struct Evaluation {
  MeasuredOn on;
  std::optional<metrics::MultilabelMetrics> multi;  // at the thresholds that were given
  std::optional<metrics::MulticlassMetrics> single;
  // Of each class; NaN, and left out of the means, where there is nothing to measure: AP without a known negative (it
  // would be 1 whatever the scores) or a positive, F1 without a positive. scikit-learn takes 1 and 0 there: its values
  // are those of multi and single.
  std::vector<double> class_ap, class_f1;
  metrics::BandMeans ap, auroc, f1;              // over all classes and by head, medium, tail
  ProbabilityQuality scores;                     // the scores taken for probabilities
  std::optional<ProbabilityQuality> calibrated;  // the risks that info.calibration makes of them; none without one
  std::optional<MetricIntervals> intervals;      // where somebody asked for them: intervals.h
  double loss = 0;                               // NaN: was not computed

  // One of monitored_metrics(): larger is better (the loss negated).
  double monitored(const std::string& name) const;
};

// What Evaluation::monitored knows.
std::vector<std::string> monitored_metrics();
// Throws UsageError for a metric that the task does not have.
void check_monitored(const std::string& name, Task task);

// thresholds: those of the model, or empty for 0.5.
Evaluation evaluate(const Predictions& p, const ModelInfo& info, const std::vector<ClassThreshold>& thresholds);

// The table that `skew eval` prints, rarest class first, with the macro lines below, and scores against calibrated
// risks; `–` is undefined.
std::string evaluation_table(const Evaluation& e, const ModelInfo& info, const std::vector<ClassThreshold>& thresholds,
                             bool styled);

// metrics.json, per_class.csv, predictions.csv and thresholds.csv in `folder`, which is made; each whole or not at all.
void write_evaluation(const std::string& folder, const Evaluation& e, const Predictions& p, const ModelInfo& info,
                      const std::vector<ClassThreshold>& thresholds, const Dataset& data);

// The text of predictions.csv (output_columns.h): path; single label: true, the name of the class; a score for each
// class; where the model has a calibration, "CLASS calibrated" for each; multi-label: "CLASS true" for each, 1, 0 or
// blank for unknown.
std::string predictions_csv(const Predictions& p, const ModelInfo& info, const Dataset& data);

}  // namespace skew
