// The fully connected layer: weight and bias around ops/linear.h.
#pragma once
#include "core/error.h"
#include "models/modules/init.h"
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
  Linear(ptrdiff_t in, ptrdiff_t out, const LinearOptions& options = {}) {
    if (in < 1 || out < 1) throw ValueError(text("Linear: expected lengths ≥ 1, got ", in, " → ", out));
    weight = Tensor::empty({out, in}).set_requires_grad();
    kaiming_uniform(weight);
    if (!options.bias) return;
    bias = Tensor::empty({out}).set_requires_grad();
    init_bias(bias, weight.shape());
  }
  Tensor forward(const Tensor& x) override { return linear(x, weight, bias); }
};

}  // namespace skew
