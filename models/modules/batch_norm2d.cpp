// Statistics and weights of batch normalisation: made, moved by the op, shown.
#include "models/modules/batch_norm2d.h"

#include "core/error.h"

namespace skew {

BatchNorm2d::BatchNorm2d(ptrdiff_t channels, const BatchNormArgs& args) : args_(args) {
  if (channels < 1) throw ValueError(text("BatchNorm2d: expected channels ≥ 1, got ", channels));
  if (args.affine) {
    weight = Tensor::full({channels}, 1).set_requires_grad();
    bias = Tensor::zeros({channels}).set_requires_grad();
  }
  running_mean = Tensor::zeros({channels});
  running_var = Tensor::full({channels}, 1);
  num_batches_tracked = Tensor::zeros({}, DType::int64);
}

Tensor BatchNorm2d::forward(const Tensor& x) {
  BatchNormArgs args = args_;  // a copy: several threads may read one module in evaluation
  args.training = training();
  Tensor y = batch_norm(x, weight, bias, running_mean, running_var, args);
  if (training()) ++*num_batches_tracked.write<int64_t>("batch_norm");
  return y;
}

void BatchNorm2d::visit(ModuleVisitor& v) {
  WeightedModule::visit(v);
  v.buffer("running_mean", running_mean);
  v.buffer("running_var", running_var);
  v.buffer("num_batches_tracked", num_batches_tracked);
}

}  // namespace skew
