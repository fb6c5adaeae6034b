// How good numbers are as probabilities: of a model's scores, and beside them of its calibrated risks. Ranking (AP,
// AUROC) is that of the scores and not repeated here. Used by evaluation.h.
#pragma once
#include <span>
#include <vector>

#include "apps/evaluation/inference.h"
#include "apps/evaluation/model_info.h"
#include "apps/metrics/class_means.h"

namespace skew {

struct ProbabilityQuality {
  // Multi-label: macro means over classes with a known label, and the same class by class. Single label: of all images,
  // the ECE of the largest probability; no vectors.
  double log_loss = 0, brier = 0, calibration_error = 0;
  std::vector<double> class_log_loss, class_brier, class_calibration_error;
  std::vector<double> class_f1;  // multi-label, positive = probability ≥ 0.5
  metrics::BandMeans f1;         // of class_f1
};

// probabilities: (N, C), p.probabilities or apply_calibration() of them; labels are p's.
ProbabilityQuality probability_quality(const Predictions& p, std::span<const double> probabilities,
                                       const ModelInfo& info);

}  // namespace skew
