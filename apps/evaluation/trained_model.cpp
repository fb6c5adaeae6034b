// Reading a weights file into a network, and scoring a split with it.
#include "apps/evaluation/trained_model.h"

#include "models/weights/module_weights.h"

namespace skew {

TrainedModel load_model(const std::string& weights_path) {
  const SafetensorsFile weights = SafetensorsFile::read(weights_path);
  TrainedModel model{model_info(weights.metadata(), weights_path), nullptr};
  model.network = build_network(model.info);
  load_weights(*model.network, weights);
  return model;
}

Predictions score(const TrainedModel& model, std::shared_ptr<PixelCache> images, Split split,
                  const ScoreOptions& options) {
  Loader loader(images, images->data().indices(split),
                {.batch = options.batch,
                 .train = false,
                 .normalisation = model.info.normalisation,
                 .workers = 1,
                 .bad_images = options.bad_images});
  model.network->to(options.device);
  return predict(*model.network, loader, *images, options.device, nullptr, {}, model.info.logit_scale);
}

}  // namespace skew
