// The batch normalisation layer: scale, shift and running statistics around ops/batch_norm.h.
#pragma once
#include "models/modules/module.h"
#include "ops/batch_norm.h"

namespace skew {

// (N, C, …) → the same shape. weight and running_var start as 1, bias and running_mean as 0 (all of shape (C)).
// In training it normalises by the batch, moves the running statistics and counts the step in num_batches_tracked
// (int64, shape []); in evaluation it normalises by the running statistics and changes nothing.
// `training` of the arguments is the module's own; without `affine` there are no weight and bias. Throws ValueError
// unless C ≥ 1; eps and momentum are checked by the op.
class BatchNorm2d : public WeightedModule {
 public:
  explicit BatchNorm2d(ptrdiff_t channels, const BatchNormArgs& args = {});
  Tensor forward(const Tensor& x) override;
  void visit(ModuleVisitor& v) override;

  Tensor running_mean, running_var, num_batches_tracked;

 private:
  BatchNormArgs args_;
};

}  // namespace skew
