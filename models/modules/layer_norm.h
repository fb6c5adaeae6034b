// The layer normalisation layer over the last axis: scale and shift around ops/layer_norm.h.
#pragma once
#include "models/modules/module.h"

namespace skew {

struct LayerNormOptions {
  double eps = 1e-5;   // > 0
  bool affine = true;  // with weight and bias, which start as 1 and 0
};

// (…, features) → the same shape. Throws ValueError unless features ≥ 1.
class LayerNorm : public Module {
 public:
  explicit LayerNorm(ptrdiff_t features, const LayerNormOptions& options = {});
  Tensor forward(const Tensor& x) override;
  void visit(ModuleVisitor& v) override;

  Tensor weight, bias;  // undefined without affine

 private:
  ptrdiff_t features_;
  double eps_;
};

}  // namespace skew
