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
  // So many refusals (core/pending.h) had been asked for and none called for; −1 where one was: then fault is not none.
  int64_t not_refused = 0;
};

class Verdict {
 public:
  explicit Verdict(Device device) : Verdict(device, Unwritten()) {  // good: fault none, clip 1
    const StepNumbers numbers;
    upload(device, block_->address(), &numbers, sizeof numbers);
  }
  static Verdict unwritten(Device device) { return Verdict(device, Unwritten()); }  // for judge_step to fill
  Device device() const { return block_->device(); }
  StepNumbers read() const {  // waits for the device, once a step; throws what was refused
    StepNumbers numbers;
    download(device(), &numbers, block_->address(), sizeof numbers);
    if (!forget_pending(device(), numbers.not_refused)) throw_pending(device());
    return numbers;
  }
  StepNumbers* address() const { return static_cast<StepNumbers*>(block_->address()); }  // for kernels of the device

 private:
  struct Unwritten {};
  Verdict(Device device, Unwritten) : block_(std::make_shared<Storage>(sizeof(StepNumbers), device)) {}

  std::shared_ptr<Storage> block_;
};

}  // namespace skew
