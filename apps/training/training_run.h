// Everything one training run consists of, built from its configuration: data, loaders, network, loss, optimiser,
// schedule, average, and where it stands. trainer.cpp drives it.
#pragma once
#include "apps/evaluation/inference.h"
#include "apps/training/checkpoint.h"
#include "apps/training/train_config.h"
#include "models/optim/schedule.h"

namespace skew {

// The given parameters of a loss and those that it takes from the data (loss_table.h says which). Throws UsageError
// where a loss of class counts meets a class without training images.
LossParameters with_data_parameters(const std::string& loss, const LossParameters& given, const Dataset& data);

struct TrainingRun {
  explicit TrainingRun(const TrainConfig& config);

  TrainConfig config;
  Device device;
  std::shared_ptr<Dataset> data;
  std::shared_ptr<PixelCache> cache;
  ModelInfo info;
  AnyLoss loss;               // as it stands: its parameters may change while training
  LossParameters loss_state;  // those that batches have changed (AnyLoss::after_batch), with their latest values
  LossArgs loss_args;
  std::unique_ptr<Module> network;
  std::unique_ptr<Optimizer> optimizer;
  std::unique_ptr<WeightAverage> average;  // null: no EMA, no SWA
  std::unique_ptr<Schedule> schedule;
  std::unique_ptr<Loader> train_loader, val_loader;  // val_loader null: no val images
  std::string monitor;
  Position position;
  int64_t total_steps = 0;

  TrainingState state() {
    return {*network, *optimizer, *schedule, average.get(), position, loss_state, data->fingerprint()};
  }
  void begin_epoch(int64_t epoch);  // tells the loss, if it asks and the user has not
  void change_loss(const LossParameters& changes);
  std::vector<std::string> bad_images() const;  // of train and val: those left out so far, and why
  std::string describe_data() const;            // one line each, for people
  // Positives of each class that the sampler shows in the first epoch; nothing where it shows each image once.
  std::vector<int64_t> drawn_counts() const;
  std::string describe_model() const;
  std::string describe_loss() const;  // every parameter, for the log

 private:
  Normalisation normalise();
  std::string describe_emptied() const;
  std::string describe_sampler(size_t rarest) const;
  void refuse_many_bad(Split split, const std::vector<std::string>& bad) const;  // what is wrong with each
  void build_schedule(int64_t steps_per_epoch);
};

// What to say after a divergence: where the weights of the last good epoch are, if one has ended; what to try.
std::string kept_weights(const TrainingRun& run, const std::string& folder);
std::string advice_after_divergence(const TrainingRun& run);

// One step: forward, loss, backward, clip by value, verdict, clip by norm, update. Nothing is written unless every
// number that matters is finite: the loss, each running statistic, the gradient norm. The device is asked once. Returns
// the batch's loss. When something is not finite: saves the batch in `folder`, finds the first op and sample, and
// throws NonFiniteError that names them and what to try.
double training_step(TrainingRun& run, const Batch& batch, const std::string& folder);

}  // namespace skew
