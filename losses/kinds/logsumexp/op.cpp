// The part of the log-sum-exp losses' op that does not depend on the formula: checks and conversions.
#include "losses/kinds/logsumexp/op.h"

#include "losses/kinds/pointwise/op.h"

namespace skew {

Shape logsumexp_shape(std::string_view loss, Inputs in, Reduction reduction, bool along_classes) {
  const Shape& x = in[0].shape();
  if (x.rank() != 2) throw ShapeError(text(loss, ": expected logits [N, C], got ", x));
  if (along_classes && reduction == Reduction::none)
    throw ValueError(text(loss,
                          ": reduction none is not defined, its losses of classes belong to no image; "
                          "use mean, sum or batch_mean"));
  pointwise_shape(loss, in, reduction);
  return reduction == Reduction::none ? Shape{x[0]} : Shape{};
}

LogSumExpJob logsumexp_job(Inputs in, Reduction reduction, bool with_gradient) {
  const PointwiseJob same = pointwise_job(in, Reduction::sum, with_gradient);
  const Tensor& x = same.x;
  LogSumExpJob job{x, same.y, same.class_weights, same.mask, same.weights, reduction, same.value, same.gradient};
  if (reduction == Reduction::none) job.value = Tensor::empty({x.shape()[0]}, x.dtype(), x.device());
  return job;
}

}  // namespace skew
