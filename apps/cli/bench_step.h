// What `skew bench` times of a network: a training step or an inference call on random images made beforehand.
// The step is the one of every framework's tutorial, so that others can be put beside it; real data are in `skew
// train`.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "losses/table/loss_table.h"
#include "models/modules/module.h"
#include "models/optim/sgd.h"

namespace skew {

struct StepArgs {
  std::string model = "small_cnn", loss = "bce";
  int64_t img_size = 64, batch = 32, classes = 14;
  bool train = false;
  Device device = Device::cpu;
};

class BenchStep {
 public:
  // Throws ValueError for an unknown model or loss, ShapeError for an image too small for the model.
  explicit BenchStep(const StepArgs& args);

  // Training: forward, mean loss, backward, SGD (rate .01, momentum .9, decay 1e-4), gradients forgotten, the loss
  // read. Inference: forward in evaluation mode, nothing recorded.
  void run();

  double optimizer_seconds = 0;  // of all run() so far

 private:
  void train();
  bool training_;
  std::unique_ptr<Module> network_;
  std::unique_ptr<Sgd> optimizer_;
  AnyLoss loss_;
  Tensor images_, targets_;
};

// The time of every op of one step, mean of `steps` after `warmup`: a table in the order of the forward pass, with the
// sum of the ops beside the whole step.
std::string per_layer_table(BenchStep& step, int64_t warmup, int64_t steps, bool styled);

}  // namespace skew
