// The dropout layer: draws from default_generator() in training, passes x on in evaluation. Op: ops/dropout.h.
#pragma once
#include "core/error.h"
#include "models/modules/module.h"
#include "ops/dropout.h"

namespace skew {

// Throws ValueError unless 0 ≤ rate < 1. A training step draws one word an element, so a generator restored to its
// position repeats the step.
class Dropout : public Module {
 public:
  explicit Dropout(double rate = 0.5) : rate_(rate) {
    if (!(rate >= 0 && rate < 1)) throw ValueError(text("Dropout: expected a rate in [0, 1), got ", rate));
  }
  Tensor forward(const Tensor& x) override { return dropout(x, {.rate = rate_, .training = training()}); }

 private:
  double rate_;
};

}  // namespace skew
