// The part of the pointwise losses' op that does not depend on the formula: checks and conversions.
#include "losses/kinds/pointwise/op.h"

#include "core/error.h"
#include "ops/expand.h"

namespace skew {

Shape pointwise_shape(std::string_view loss, Inputs in, Reduction reduction, std::span<const PerClass> class_numbers) {
  const Tensor &x = in[0], &y = in[1], &class_weights = in[2], &mask = in[3], &weights = in[4];
  const Shape& shape = x.shape();
  if (!is_floating(x.dtype())) throw DtypeError(text(loss, ": expected floating logits, got ", x.dtype()));
  if (!(y.shape() == shape))
    throw ShapeError(text(loss, ": expected targets of the logits' shape ", shape, ", got ", y.shape(),
                          "; one number per class, not a class index"));
  const ptrdiff_t classes = classes_of(shape);
  if (class_weights.defined() && !(class_weights.shape() == Shape{classes}))
    throw ShapeError(text(loss, ": expected class weights of shape [", classes, "], got ", class_weights.shape()));
  for (const PerClass& numbers : class_numbers)
    if (const size_t n = numbers.values.size(); n > 1 && ptrdiff_t(n) != classes)
      throw ShapeError(text(loss, ": expected one number per class for ", classes, " classes, got ", n));
  if (mask.defined() && !(mask.shape() == shape))
    throw ShapeError(text(loss, ": expected a mask of the logits' shape ", shape, ", got ", mask.shape()));
  if (weights.defined() && !(broadcast(weights.shape(), shape, loss) == shape))
    throw ShapeError(text(loss, ": expected weights that broadcast to ", shape, ", got ", weights.shape()));
  refuse_infinite(loss, class_weights);
  refuse_infinite(loss, weights);
  return reduction == Reduction::none ? shape : Shape{};
}

PointwiseJob pointwise_job(Inputs in, Reduction reduction, bool with_gradient) {
  const Tensor& x = in[0];
  PointwiseJob job{x, LossOp::same_type(in[1], x), LossOp::same_type(in[2], x), LossOp::same_type(in[3], x)};
  job.reduction = reduction;
  if (in[4].defined()) job.weights = expand_to(LossOp::same_type(in[4], x), x.shape());
  job.value = reduction == Reduction::none ? Tensor::empty_like(x) : Tensor::empty({}, x.dtype(), x.device());
  if (with_gradient) job.gradient = Tensor::empty_like(x);
  return job;
}

}  // namespace skew
