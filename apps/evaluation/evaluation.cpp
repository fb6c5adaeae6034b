// Measuring predictions, and tuning thresholds on them. What is printed and written: evaluation_report.cpp.
#include "apps/evaluation/evaluation.h"

#include "apps/metrics/labelled_scores.h"
#include "apps/metrics/probability_error.h"
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
    return q;
  }
  for (int64_t c = 0; c < p.labels; ++c) {
    const std::vector<double> scores = metrics::column(probabilities, p.labels, c),
                              targets = metrics::column(p.targets, p.labels, c);
    q.class_log_loss.push_back(metrics::log_loss(scores, targets));
    q.class_brier.push_back(metrics::brier(scores, targets));
    q.class_calibration_error.push_back(metrics::calibration_error(scores, targets));
    q.class_f1.push_back(metrics::f1(metrics::count(scores, targets, 0.5)));
  }
  q.log_loss = metrics::macro_mean(q.class_log_loss).value;
  q.brier = metrics::macro_mean(q.class_brier).value;
  q.calibration_error = metrics::macro_mean(q.class_calibration_error).value;
  q.f1 = metrics::band_means(q.class_f1, info.train_counts);
  return q;
}

}  // namespace

double Evaluation::monitored(const std::string& name) const {
  if (name == "val/mAP") return ap.all.value;
  if (name == "val/AUROC") return auroc.all.value;
  if (name == "val/loss") return -loss;
  if (name == "val/accuracy" || name == "val/balanced_accuracy") {
    if (!single)
      throw UsageError(text("--monitor: ", name, " is for single-label data; use val/mAP, val/AUROC or val/loss"));
    return name == "val/accuracy" ? single->accuracy : single->balanced_accuracy;
  }
  throw UsageError(unknown_word("--monitor", name, monitored_metrics()));
}

std::vector<std::string> monitored_metrics() {
  return {"val/mAP", "val/AUROC", "val/loss", "val/accuracy", "val/balanced_accuracy"};
}

Evaluation evaluate(const Predictions& p, const ModelInfo& info, const std::vector<ClassThreshold>& thresholds) {
  Evaluation e;
  e.loss = p.loss;
  if (info.task == Task::single_label) e.single = metrics::multiclass_metrics(p.probabilities, p.class_index, p.labels);
  else e.multi = metrics::multilabel_metrics(p.probabilities, p.targets, p.labels, values_of(thresholds));
  e.ap = metrics::band_means(e.single ? e.single->ap : e.multi->ap, info.train_counts);
  e.auroc = metrics::band_means(e.single ? e.single->auroc : e.multi->auroc, info.train_counts);
  e.scores = probability_quality(p, p.probabilities, info);
  if (!info.calibration.empty())
    e.calibrated = probability_quality(p, apply_calibration(info.calibration, p.probabilities, p.labels), info);
  return e;
}

std::vector<ClassThreshold> tune_thresholds(const Predictions& p) {
  std::vector<ClassThreshold> out;
  for (int64_t c = 0; c < p.labels; ++c)
    out.push_back(metrics::tune_threshold(metrics::ranking_table(metrics::column(p.probabilities, p.labels, c),
                                                                 metrics::column(p.targets, p.labels, c))));
  return out;
}

}  // namespace skew
