// Measuring predictions. What is printed and written: evaluation_table.cpp, evaluation_files.cpp.
#include "apps/evaluation/evaluation.h"

#include <cmath>

#include "apps/metrics/labelled_scores.h"
#include "apps/metrics/probability_error.h"
#include "apps/metrics/thresholded.h"
#include "core/error.h"

namespace skew {
namespace {

std::vector<double> values_of(const std::vector<ClassThreshold>& thresholds) {
  std::vector<double> out;
  for (const ClassThreshold& t : thresholds) out.push_back(t.value);
  return out;
}

// Of (N, C) probabilities, p's own or calibrated ones; the labels are p's.
ProbabilityQuality probability_quality(const Predictions& p, std::span<const double> probabilities,
                                       const ModelInfo& info) {
  ProbabilityQuality q;
  if (info.task == Task::single_label) {
    const metrics::MulticlassMetrics m = metrics::multiclass_metrics(probabilities, p.class_index, p.labels);
    q.log_loss = m.log_loss;
    q.brier = m.brier;
    q.calibration_error = m.top1_calibration_error;
    q.accuracy = m.accuracy;
    q.balanced_accuracy = m.balanced_accuracy;
    return q;
  }
  for (int64_t c = 0; c < p.labels; ++c) {
    const std::vector<double> scores = metrics::column(probabilities, p.labels, c),
                              targets = metrics::column(p.targets, p.labels, c);
    q.class_log_loss.push_back(metrics::log_loss(scores, targets));
    q.class_brier.push_back(metrics::brier(scores, targets));
    q.class_calibration_error.push_back(metrics::calibration_error(scores, targets));
    const metrics::Counts counts = metrics::count(scores, targets, 0.5);
    q.class_f1.push_back(counts.true_positives + counts.false_negatives > 0 ? metrics::f1(counts) : NAN);
  }
  q.log_loss = metrics::macro_mean(q.class_log_loss).value;
  q.brier = metrics::macro_mean(q.class_brier).value;
  q.calibration_error = metrics::macro_mean(q.class_calibration_error).value;
  q.f1 = metrics::band_means(q.class_f1, info.train_counts);
  return q;
}

}  // namespace

std::string MeasuredOn::counts() const {
  if (split == "train") return "measured";
  return split.empty() ? "test" : split;
}

double Evaluation::monitored(const std::string& name) const {
  if (name == "val/mAP") return ap.all.value;
  if (name == "val/AUROC") return auroc.all.value;
  if (name == "val/loss") return -loss;
  check_monitored(name, single ? Task::single_label : Task::multi_label);
  if (name == "val/accuracy") return single->accuracy;
  if (name == "val/balanced_accuracy") return single->balanced_accuracy;
  throw UsageError(unknown_word("--monitor", name, monitored_metrics()));
}

std::vector<std::string> monitored_metrics() {
  return {"val/mAP", "val/AUROC", "val/loss", "val/balanced_accuracy", "val/accuracy"};
}

void check_monitored(const std::string& name, Task task) {
  if (task == Task::multi_label && name.ends_with("accuracy"))
    throw UsageError(text("--monitor: ", name, " is for single-label data; use val/mAP, val/AUROC or val/loss"));
}

Evaluation evaluate(const Predictions& p, const ModelInfo& info, const std::vector<ClassThreshold>& thresholds) {
  Evaluation e;
  e.loss = p.loss;
  if (info.task == Task::single_label) e.single = metrics::multiclass_metrics(p.probabilities, p.class_index, p.labels);
  else e.multi = metrics::multilabel_metrics(p.probabilities, p.targets, p.labels, values_of(thresholds));
  e.class_ap = e.single ? e.single->ap : e.multi->ap;
  e.class_f1 = e.single ? e.single->f1 : e.multi->f1;
  for (size_t c = 0; c < info.classes.size(); ++c) {
    const int64_t positives = e.single ? e.single->support[c] : e.multi->positives[c];
    const int64_t known = e.single ? std::ssize(p.ids) : e.multi->known[c];
    if (positives == 0 || positives == known) e.class_ap[c] = NAN;
    if (positives == 0) e.class_f1[c] = NAN;
  }
  e.ap = metrics::band_means(e.class_ap, info.train_counts);
  e.f1 = metrics::band_means(e.class_f1, info.train_counts);
  e.auroc = metrics::band_means(e.single ? e.single->auroc : e.multi->auroc, info.train_counts);
  e.scores = probability_quality(p, p.probabilities, info);
  if (!info.calibration.empty())
    e.calibrated = probability_quality(p, apply_calibration(info.calibration, p.probabilities, p.labels), info);
  return e;
}

}  // namespace skew
