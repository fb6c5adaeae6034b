// A trained model as its weights file holds it, ready to score images: what eval, predict and a race begin with.
#pragma once
#include "apps/evaluation/inference.h"
#include "apps/evaluation/model_info.h"

namespace skew {

struct TrainedModel {
  ModelInfo info;
  std::unique_ptr<Module> network;
};
// Throws FileError for a file that skew did not write or whose weights do not fit its own description.
TrainedModel load_model(const std::string& weights_path);

// Scores of the images of `split`, in order; images that cannot be read are left out by name, or thrown as FileError.
struct ScoreOptions {
  int64_t batch = 64;
  BadImages bad_images = BadImages::skip;
  Device device = Device::cpu;
};
Predictions score(const TrainedModel& model, std::shared_ptr<PixelCache> images, Split split,
                  const ScoreOptions& options = {});

}  // namespace skew
