// The calibrated column: what makes risks of a model's scores, as it is stored with the weights (metadata
// `calibration`) and applied by eval and predict. How it is chosen: choose_calibration.h. The maps themselves:
// apps/metrics/score_map.h, softmax_map.h.
#pragma once
#include <span>
#include <string>
#include <vector>

#include "apps/metrics/score_map.h"
#include "apps/metrics/softmax_map.h"
#include "losses/table/loss_table.h"

namespace skew {

// A map for each kind of class, and which of them each class has.
struct ClassMaps {
  std::vector<metrics::ScoreMap> maps;
  std::vector<int64_t> of_class;
};

// A loss's own way back from scores to rates: what training with it makes of a true rate, inverted (loss_lab/proper.h).
// The maps of `classes` classes; classes that the loss treats alike share one. Scores are σ(logit_scale·x). No maps for
// losses that have none: those that couple logits (zlpr, two_way), and single-label ones. In proper_map.cpp.
ClassMaps proper_maps(const AnyLoss& loss, int64_t classes);

// How one method did on validation images that it had not been fitted to.
struct CalibrationTrial {
  std::string method;
  double log_loss = 0;
};

// Methods: identity, proper, platt, isotonic. Single label: identity; prior, the known way back from a prior that
// training changed (prior_shift.h); temperature; vector, a temperature and a bias for each class.
struct Calibration {
  std::string method;                         // "": none
  ClassMaps maps = {};                        // multi-label: the map of each class
  metrics::SoftmaxMap softmax = {};           // single label
  std::vector<CalibrationTrial> trials = {};  // from the simplest method on; empty: too few images to compare any
  bool empty() const { return method.empty(); }
  // Whether the most probable class of an image may be another than that of the highest score.
  bool reorders() const { return !softmax.bias.empty(); }
};

// Risks (N, C) of scores (N, C), both in [0, 1]: sigmoids each for itself, softmaxes row by row. Where there is no
// calibration the scores themselves.
std::vector<double> apply_calibration(const Calibration& calibration, std::span<const double> scores, int64_t classes);

// The risk that a score of class c stands for, of a multi-label model.
double risk_of(const Calibration& calibration, int64_t c, double score);

// As the metadata keep it; "" for none. From text: throws FileError naming `path` for what does not parse, a method
// that is not of the task, numbers that the method does not have or lacks, that are not finite or not one a class, and
// maps that fall.
std::string to_json(const Calibration& calibration);
Calibration calibration_from_json(const std::string& text, int64_t classes, bool single_label, const std::string& path);

// For people: "platt, fitted class by class; platt pooled over all classes for hook, star (fewer than 5 positives or
// negatives in val); held-out log loss: identity .525, proper .076, platt .079, isotonic .085".
std::string describe(const Calibration& calibration, const std::vector<std::string>& classes);

}  // namespace skew
