// One step of a real network, opened up (--trace-step): the explorer's page of it, with the modules as scopes, and for
// each op where its values and gradients lie, what it saves, how long it took there and back, and by which kernels.
#pragma once
#include <memory>

#include "apps/explorer/recorder.h"
#include "apps/training/training_run.h"

namespace skew {

std::string trace_file(const std::string& folder, int64_t step);  // folder/trace_step12.html

// Listens from its making on; the step computes what it would compute without.
class StepTrace {
 public:
  StepTrace(const TrainingRun& run, const BatchTensors& batch, const std::string& folder);
  // What it heard, after backward and before gradients are cleared.
  explorer::Recording recording();
  void write();  // that, as a page; throws FileError

 private:
  const TrainingRun& run_;
  std::string path_;
  explorer::Recorder recorder_;
};

// Null unless the coming step is the one that was asked for.
std::unique_ptr<StepTrace> trace_if_asked(const TrainingRun& run, const BatchTensors& batch, const std::string& folder);

}  // namespace skew
