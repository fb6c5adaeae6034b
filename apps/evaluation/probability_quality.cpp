// Log loss, Brier score, calibration error, F1 at one half.
#include "apps/evaluation/probability_quality.h"

#include "apps/metrics/labelled_scores.h"
#include "apps/metrics/multiclass.h"
#include "apps/metrics/probability_error.h"
#include "apps/metrics/thresholded.h"

namespace skew {

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

}  // namespace skew
