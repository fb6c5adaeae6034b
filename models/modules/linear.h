// The fully connected layer: weight and bias around ops/linear.h.
#pragma once
#include "models/modules/module.h"

namespace skew {

struct LinearOptions {
  bool bias = true;
};

// (…, in) → (…, out). weight (out, in) and bias (out) start as kaiming_uniform and init_bias, both U(±1/√in).
// Throws ValueError unless in, out ≥ 1.
class Linear : public Module {
 public:
  Linear(ptrdiff_t in, ptrdiff_t out, const LinearOptions& options = {});
  Tensor forward(const Tensor& x) override;
  void visit(ModuleVisitor& v) override;

  Tensor weight, bias;  // bias undefined without one
};

}  // namespace skew
