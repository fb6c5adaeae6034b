// `skew train`: from settings to a run folder. The loop itself, with validation, checkpoints, exact resume, signals and
// the search for the culprit when numbers stop being finite. Read first: train_config.h, checkpoint.h.
#pragma once
#include <functional>

#include "apps/training/train_config.h"

namespace skew {

struct TrainOutput {
  bool json = false;                      // JSON lines on stdout, one an epoch
  bool quiet = false;                     // no progress on stderr
  std::function<void(double)> done = {};  // told the share of all steps that are done, after each
};

// Trains as `config` says; returns the process's exit code: 0, or 128 + its number when a signal ended it (the state is
// saved). Throws UsageError, FileError, NonFiniteError, …
int train(const TrainConfig& config, const TrainOutput& output);

}  // namespace skew
