// Measuring predictions, and tuning thresholds on them. What is printed and written: evaluation_report.cpp.
#include "apps/evaluation/evaluation.h"

#include <algorithm>
#include <cmath>

#include "apps/metrics/labelled_scores.h"
#include "apps/metrics/ranking.h"
#include "core/error.h"

namespace skew {
namespace {

std::vector<double> values_of(const std::vector<ClassThreshold>& thresholds) {
  std::vector<double> out;
  for (const ClassThreshold& t : thresholds) out.push_back(t.value);
  return out;
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
  e.task = info.task;
  e.loss = p.loss;
  if (info.task == Task::single_label) {
    e.single = metrics::multiclass_metrics(p.probabilities, p.class_index, p.labels);
    e.ap = metrics::band_means(e.single->ap, info.train_counts);
    e.auroc = metrics::band_means(e.single->auroc, info.train_counts);
  } else {
    const std::vector<double> limits = values_of(thresholds);
    e.multi = metrics::multilabel_metrics(p.probabilities, p.targets, p.labels, {.thresholds = limits});
    e.ap = metrics::band_means(e.multi->ap, info.train_counts);
    e.auroc = metrics::band_means(e.multi->auroc, info.train_counts);
  }
  e.scores = probability_quality(p, p.probabilities, info);
  if (!info.calibration.empty())
    e.calibrated = probability_quality(p, apply_calibration(info.calibration, p.probabilities, p.labels), info);
  return e;
}

std::vector<ClassThreshold> tune_thresholds(const Predictions& p) {
  std::vector<ClassThreshold> out;
  for (int64_t c = 0; c < p.labels; ++c) {
    const auto scores = metrics::column(p.probabilities, p.labels, c),
               targets = metrics::column(p.targets, p.labels, c);
    const bool any = std::any_of(targets.begin(), targets.end(), [](double y) { return !std::isnan(y); });
    const auto tuned =
        any ? metrics::tune_threshold(metrics::ranking_table(scores, targets)) : metrics::TunedThreshold{};
    out.push_back({tuned.threshold, tuned.tuned});
  }
  return out;
}

}  // namespace skew
