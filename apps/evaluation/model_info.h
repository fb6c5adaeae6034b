// What has to be known about a trained model beside its weights, so that a file is enough to predict with: the network,
// the classes, how images are prepared, how logits become scores, the thresholds and the calibration. It travels in the
// safetensors metadata.
#pragma once
#include <string>
#include <vector>

#include "apps/data/dataset.h"
#include "apps/data/normalisation.h"
#include "apps/evaluation/calibration.h"
#include "apps/metrics/thresholded.h"
#include "models/modules/module.h"
#include "models/weights/safetensors.h"

namespace skew {

using metrics::ClassThreshold;  // tuned on val

struct ModelInfo {
  std::string model, loss;  // resnet18; ral(gamma_neg=4 …), for people
  Task task = Task::multi_label;
  std::vector<std::string> classes;
  bool ordinal = false;  // single label: somebody has put the classes into an order, as of grades
  int64_t channels = 1, height = 0, width = 0;
  Fit fit = Fit::squeeze;    // images of another shape: apps/data/input_size.h
  Exif exif = Exif::ignore;  // and which way up; both as here in files of earlier versions
  Normalisation normalisation;
  double logit_scale = 1;  // scores are σ(scale·x) or softmax(scale·x) of the logits x: losses/ldam.h
  std::vector<ClassThreshold> thresholds;  // of the scores, one a class, multi-label; empty before the first validation
  Calibration calibration;                 // empty before the first validation, and in files of earlier versions
  std::vector<int64_t> train_counts;       // positives of each class in the train split
  FieldTexts options;                      // of the training, those that belong to the weights (core/fields.h: Belongs)

  InputShape input() const { return {channels, height, width, fit}; }
};

Metadata to_metadata(const ModelInfo& info);
// Throws FileError naming `path` when the file was not written by skew or an entry does not fit the others.
ModelInfo model_info(const Metadata& metadata, const std::string& path);

// Whether the names themselves are an order: whole numbers that rise, as 0, 1, 2, 10.
bool names_are_ordered(const std::vector<std::string>& classes);

// Indices of the classes by how rare they are in training, ties in their own order.
std::vector<size_t> rarest_first(const ModelInfo& info);

// The network that `info` describes, weights not yet loaded.
std::unique_ptr<Module> build_network(const ModelInfo& info);

}  // namespace skew
