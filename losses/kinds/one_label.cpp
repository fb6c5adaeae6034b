// One-hot rows of class indices, and means over images.
#include "losses/kinds/one_label.h"

#include "core/error.h"
#include "losses/kinds/loss_op.h"
#include "ops/arithmetic.h"
#include "ops/expand.h"
#include "ops/reduce.h"

namespace skew {
namespace {

// One-hot rows of class indices in the logits' type and on their device, made on the host; other targets as they are.
Tensor one_hot(std::string_view name, const Tensor& logits, const Tensor& targets) {
  if (targets.dtype() != DType::int64) return targets;
  if (logits.shape().rank() != 2 || !(targets.shape() == Shape{logits.shape()[0]}))
    throw ShapeError(text(name, ": expected logits (N, C) and one class index a row, got ", logits.shape(), " and ",
                          targets.shape()));
  if (!is_floating(logits.dtype())) throw DtypeError(text(name, ": expected floating logits, got ", logits.dtype()));
  const Tensor index = targets.host();
  const int64_t* labels = index.data<int64_t>();
  const ptrdiff_t n = logits.shape()[0], classes = logits.shape()[1];
  Tensor rows = Tensor::zeros({n, classes}, DType::float32, Device::reference);
  float* out = rows.fill<float>();
  for (ptrdiff_t i = 0; i < n; ++i) {
    if (labels[i] < 0 || labels[i] >= classes)
      throw ValueError(
          text(name, ": the target of row ", i, " is ", labels[i], ", expected a class index in 0 … ", classes - 1));
    out[i * classes + labels[i]] = 1;
  }
  return rows.to(logits.dtype()).to(logits.device());
}

}  // namespace

Tensor one_label_loss(std::string_view name, const Tensor& logits, const Tensor& targets, const LossArgs& args,
                      const std::function<Tensor(const Tensor& targets, const LossArgs& args)>& elements) {
  const Tensor rows = one_hot(name, logits, targets);
  const ptrdiff_t n = logits.shape().rank() ? logits.shape()[0] : 0;
  Tensor mask;
  if (args.mask.defined()) {
    if (!(args.mask.shape() == Shape{n}))
      throw ShapeError(
          text(name, ": expected a mask of shape [", n, "], one number an image, got ", args.mask.shape()));
    mask = expand_to(LossOp::same_type(args.mask, logits).view({n, 1}), logits.shape());
  }
  return mean_over_images(logits, args, [&](LossArgs each) {
    each.mask = mask;
    const Tensor l = elements(rows, each);
    return args.reduction == Reduction::none ? sum(l, {.axes = {{-1}}}) : l;
  });
}

void add_one_label_slots(std::vector<const Slot*>& slots) {
  slots.insert(slots.end(), {&share_of_kept, &reduce_forward, &reduce_backward, &arithmetic_forward<MulFormula>,
                             &arithmetic_backward<MulFormula>});
}

Tensor mean_over_images(const Tensor& logits, const LossArgs& args,
                        const std::function<Tensor(const LossArgs&)>& images) {
  if (args.reduction != Reduction::mean) return images(args);
  const Shape& shape = logits.shape();
  const bool positions = shape.rank() > 2;  // (N, C, …): each is an image of its own
  LossArgs each = args;
  each.reduction = args.mask.defined() || positions ? Reduction::sum : Reduction::batch_mean;
  const Tensor reduced = images(each);
  if (each.reduction == Reduction::batch_mean) return reduced;
  if (args.mask.defined()) return mul(reduced, share_of_kept(args.mask.device(), args.mask, reduced.dtype()));
  const ptrdiff_t n = shape[0] * shape.count(2, shape.rank());
  return mul(reduced, Tensor::full({}, reduction_scale(Reduction::mean, 1, n), reduced.dtype(), reduced.device()));
}

}  // namespace skew
