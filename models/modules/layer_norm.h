// The layer normalisation layer over the last axis: scale and shift around ops/group_norm.h.
#pragma once
#include "core/error.h"
#include "models/modules/module.h"
#include "ops/group_norm.h"

namespace skew {

struct LayerNormOptions {
  double eps = 1e-5;   // > 0
  bool affine = true;  // with weight and bias, which start as 1 and 0
};

// (…, features) → the same shape. Throws ValueError unless features ≥ 1.
class LayerNorm : public WeightedModule {
 public:
  explicit LayerNorm(ptrdiff_t features, const LayerNormOptions& options = {})
      : features_(features), eps_(options.eps) {
    if (features < 1) throw ValueError(text("LayerNorm: expected features ≥ 1, got ", features));
    if (!options.affine) return;
    weight = Tensor::full({features}, 1).set_requires_grad();
    bias = Tensor::zeros({features}).set_requires_grad();
  }
  Tensor forward(const Tensor& x) override { return layer_norm(x, {features_}, weight, bias, eps_); }

 private:
  ptrdiff_t features_;
  double eps_;
};

}  // namespace skew
