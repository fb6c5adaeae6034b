#include "losses/one_label.h"

#include "core/error.h"
#include "losses/loss_op.h"
#include "ops/arithmetic.h"
#include "ops/reduce.h"

namespace skew {
namespace {

template <class T>
Tensor one_hot_rows(std::string_view name, const int64_t* index, const Tensor& logits) {
  const ptrdiff_t n = logits.shape()[0], classes = logits.shape()[1];
  Tensor rows = Tensor::zeros({n, classes}, logits.dtype(), logits.device());
  T* out = rows.fill<T>();
  for (ptrdiff_t i = 0; i < n; ++i) {
    const int64_t c = index[i];
    if (c < 0 || c >= classes)
      throw ValueError(
          text(name, ": the target of row ", i, " is ", c, ", expected a class index in 0 … ", classes - 1));
    out[i * classes + c] = 1;
  }
  return rows;
}

Tensor one_hot(std::string_view name, const Tensor& logits, const Tensor& targets) {
  if (targets.dtype() != DType::int64) return targets;
  if (logits.shape().rank() != 2 || !(targets.shape() == Shape{logits.shape()[0]}))
    throw ShapeError(text(name, ": expected logits (N, C) and one class index a row, got ", logits.shape(), " and ",
                          targets.shape()));
  if (!is_floating(logits.dtype())) throw DtypeError(text(name, ": expected floating logits, got ", logits.dtype()));
  const Tensor index = targets.to(Device::reference);
  return logits.dtype() == DType::float32 ? one_hot_rows<float>(name, index.data<int64_t>(), logits)
                                          : one_hot_rows<double>(name, index.data<int64_t>(), logits);
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
    mask = stretched(args.mask.view({n, 1}), logits.shape()).to(logits.dtype()).to(logits.device());
  }
  return mean_over_images(logits, args, [&](LossArgs each) {
    each.mask = mask;
    const Tensor l = elements(rows, each);
    return args.reduction == Reduction::none ? sum(l, {.axes = {{-1}}}) : l;
  });
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
  const ptrdiff_t n = shape.rank() ? shape[0] * (positions ? shape.count(2, shape.rank()) : 1) : 0;
  const double scale = reduction_scale(Reduction::mean, n, counted_elements(args.mask, n));
  return mul(reduced, Tensor::full({}, scale, reduced.dtype(), reduced.device()));
}

}  // namespace skew
