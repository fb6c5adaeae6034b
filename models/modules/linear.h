// The fully connected layer: weight and bias around ops/linear.h.
#pragma once
#include "models/modules/module.h"
#include "ops/linear.h"

namespace skew {

struct LinearOptions {
  bool bias = true;
};

// (…, in) → (…, out). weight (out, in) and bias (out) start as kaiming_uniform and init_bias, both U(±1/√in).
// Throws ValueError unless in, out ≥ 1.
class Linear : public WeightedModule {
 public:
  Linear(ptrdiff_t in, ptrdiff_t out, const LinearOptions& options = {});
  Tensor forward(const Tensor& x) override { return linear(x, weight, bias); }
};

}  // namespace skew
