// What a run folder says of its training: its settings, and the data that it saw. For eval and predict.
#pragma once
#include <string>

#include "apps/training/train_config.h"

namespace skew {

// The run folder that `given` is, or whose weights/ it lies in; "" for a weights file elsewhere.
std::string run_of(const std::string& given);
// args.toml of the run; the standard settings for "" and for a folder without it.
TrainConfig settings_of(const std::string& run);
// Dataset::fingerprint() of the data; "" where the run has not kept it.
std::string fingerprint_of_run(const std::string& run);

}  // namespace skew
