// One step of training: forward, loss, backward, verdict, clip, update. Nothing is written unless every number that
// matters is finite: the loss, each running statistic, the gradient norm. The device is asked once.
#pragma once
#include "apps/training/training_run.h"

namespace skew {

// Returns the batch's loss. When something is not finite: saves the batch in `folder`, finds the first op and sample,
// and throws NonFiniteError that names them and what to try.
double training_step(TrainingRun& run, const Batch& batch, const std::string& folder);

}  // namespace skew
