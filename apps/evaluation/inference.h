// Running a trained network over images: probabilities, and the mean loss. Evaluation mode, no graph, no augmentation.
#pragma once
#include <functional>

#include "apps/data/loader.h"
#include "losses/table/loss_table.h"
#include "models/modules/module.h"

namespace skew {

struct Predictions {
  std::vector<int64_t> ids;           // dataset indices, in order
  std::vector<double> probabilities;  // (N, L): sigmoid, or softmax for single label, of the scaled logits
  std::vector<double> targets;        // (N, L): 1, 0, NaN unknown
  std::vector<int64_t> class_index;   // (N), single label
  int64_t labels = 0;
  double loss = 0;               // of all images as one batch; NaN without a loss or with no image
  bool stopped = false;          // before the end, by `stop`
  std::vector<std::string> bad;  // images left out, with the reason
};

// The batch as tensors on `device`: images (N,C,H,W), targets (N,L) floats or (N) classes, mask or undefined.
struct BatchTensors {
  Tensor images, targets, mask;
};
BatchTensors to_tensors(const Batch& batch, const ImageShape& shape, int64_t labels, bool single_label, Device device);

// loader: not training, covering what is wanted. loss may be null. logit_scale: what the model was trained to have its
// logits multiplied with (AnyLoss::logit_scale, ModelInfo::logit_scale). stop: asked before each batch. Throws
// NonFiniteError where the loss meets a NaN.
Predictions predict(Module& network, Loader& loader, const PixelCache& cache, Device device, const AnyLoss* loss,
                    const LossArgs& args, double logit_scale, const std::function<bool()>& stop = {});

}  // namespace skew
