// The dropout layer: draws from default_generator() in training, passes x on in evaluation. Op: ops/dropout.h.
#pragma once
#include "models/modules/module.h"

namespace skew {

// Throws ValueError unless 0 ≤ rate < 1. A training step draws one word an element, so a generator restored to its
// position repeats the step.
class Dropout : public Module {
 public:
  explicit Dropout(double rate = 0.5);
  Tensor forward(const Tensor& x) override;

 private:
  double rate_;
};

}  // namespace skew
