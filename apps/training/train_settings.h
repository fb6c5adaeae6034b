// The settings of `skew train`: the one table behind its flags, its TOML file and args.toml, and the typed form that
// the training loop reads.
#pragma once
#include "apps/data/dataset.h"
#include "apps/data/loader.h"
#include "apps/training/settings.h"
#include "core/device.h"
#include "losses/loss_table.h"

namespace skew {

Settings train_settings();

struct TrainConfig {
  std::string data, model, loss, optimizer, schedule, monitor, project, name, init, resume, cache;
  DataOptions data_options;
  LossParameters loss_parameters;
  std::string reduction;
  int64_t epochs = 20, batch = 64, image_size = 0, channels = 0, patience = 0, seed = 0;
  double lr = 1e-3, weight_decay = 0.01, momentum = 0.9, warmup = 1, ema = 0, clip_grad = 1;
  Augmentation augmentation;
  SamplerOptions sampler;
  BadImages bad_images = BadImages::fail;
  Device device = Device::cpu;
  int threads = 0, workers = 0;   // 0 threads: what the machine has; workers −1: auto
  bool allow_inexact = false;
};

// Throws UsageError naming the option for values outside their range.
TrainConfig train_config(const Settings& settings);

}  // namespace skew
