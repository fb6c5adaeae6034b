// From which score on a model calls a class positive: chosen on the validation split, stored with the weights, written
// to thresholds.csv and read back. One class's own threshold: apps/metrics/thresholded.h.
#pragma once
#include "apps/evaluation/inference.h"
#include "apps/evaluation/model_info.h"

namespace skew {

// Of each class of the predictions (the val split): tuned for F1 on its own scores; where it has fewer than 5 positives
// or no negative, the score at which its calibrated risk reaches one threshold of risk. That is tuned for F1 on the
// risks of all such classes at once; on those of all classes where such have fewer than 5 positives together; 0.5 where
// all have. (Among frequent classes the best threshold is near half their F1, and no rare class would ever reach it.)
// Such a class is called positive at a score of 1 alone where no lower one has that risk.
std::vector<ClassThreshold> tune_thresholds(const Predictions& p, const Calibration& calibration);

// For people: "tuned for F1 on val for 9 of 14 classes; for hook, star, … (fewer than 5 positives or no negative there)
// where the risk reaches .110, one threshold for all of them".
std::string describe_thresholds(const std::vector<ClassThreshold>& thresholds, const std::vector<std::string>& classes);

// thresholds.csv: class, threshold, source (ThresholdSource in words), and the calibrated risk of the
// threshold, blank without a calibration. thresholds: one a class, or none for 0.5.
std::string thresholds_csv(const std::vector<ClassThreshold>& thresholds, const ModelInfo& info);

// From a CSV with the columns class and threshold; others are left alone. Throws FileError with file:line for a class
// that the model does not have or that stands there twice, for one that is missing, and for a threshold that is no
// number in [0, 1].
std::vector<ClassThreshold> read_thresholds(const std::string& path, const std::vector<std::string>& classes);

}  // namespace skew
