// One step's verdict: whether a training step may write, and by what its gradients are multiplied. Kernels leave it in
// the device's memory, optimisers read it there and write nothing when it is bad; the program reads it back once a
// step. Next: judge_step in ops/optimizer_kernels.h, which fills it; apps/training/training_step.cpp, which uses it.
#pragma once
#include <memory>

#include "core/memory.h"
#include "core/pending.h"
#include "core/storage.h"

namespace skew {

// What was found not finite first, in the order of a step.
enum class Fault : int64_t { none, loss, statistic, gradient_norm };

struct StepNumbers {         // as they lie in the device's memory
  double loss = 0;           // its total
  double gradient_norm = 0;  // Euclidean, over all parameters, before clipping
  double clip = 1;           // min(1, max_norm / (gradient_norm + 1e-6)); 1 without clipping
  Fault fault = Fault::none;
};

class Verdict {
 public:
  explicit Verdict(Device device, const StepNumbers& numbers = {})  // good: fault none, clip 1
      : block_(std::make_shared<Storage>(sizeof(StepNumbers), device)) {
    upload(device, block_->address(), &numbers, sizeof numbers);
  }
  Device device() const { return block_->device(); }
  StepNumbers read() const {  // waits for the device: once a step
    throw_pending(device());
    StepNumbers numbers;
    download(device(), &numbers, block_->address(), sizeof numbers);
    return numbers;
  }
  StepNumbers* address() const { return static_cast<StepNumbers*>(block_->address()); }  // for kernels of the device

 private:
  std::shared_ptr<Storage> block_;
};

}  // namespace skew
