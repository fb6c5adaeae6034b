// The checks and messages that all losses share.
#include "losses/loss_op.h"

#include <algorithm>

#include "core/error.h"
#include "core/nonfinite.h"

namespace skew {

Tensors LossOp::backward(const Tensor& dy, const Saved& saved, const Needs& needs) const {
  Tensors grads(needs.size());
  if (needs[0]) grads[0] = scale_saved_gradient(dy.device(), saved[0], dy);
  return grads;
}

namespace {

// "row 3, column 5" for N, C; "element 7" or [n, c, h, w] otherwise.
std::string place(ptrdiff_t index, const Shape& shape) {
  if (shape.rank() == 1) return text("element ", index);
  if (shape.rank() == 2) return text("row ", index / shape[1], ", column ", index % shape[1]);
  std::string list;
  for (int axis = 0; axis < shape.rank(); ++axis)
    list += text(axis ? ", " : "", index / shape.count(axis + 1, shape.rank()) % shape[axis]);
  return "[" + list + "]";
}

double element(const Tensor& t, ptrdiff_t i) {
  return t.dtype() == DType::float32 ? double(t.data<float>()[i]) : t.data<double>()[i];
}

}  // namespace

void throw_if_bad(std::string_view loss, const BadElements& bad, const Tensor& logits, const Tensor& targets) {
  if (bad.logit >= 0) {
    const int rank = logits.shape().rank();
    const ptrdiff_t row = rank ? bad.logit / std::max<ptrdiff_t>(1, logits.shape().count(1, rank)) : -1;
    throw NonFiniteError(text(loss, ": the logit at ", place(bad.logit, logits.shape()),
                              " is NaN; the network or its input is not finite"),
                         std::string(loss), Scope::path(), row);
  }
  if (bad.target >= 0)
    throw ValueError(text(loss, ": the target at ", place(bad.target, targets.shape()), " is ",
                          element(targets, bad.target),
                          ", expected a number in [0, 1]; unknown labels belong into .mask"));
}

ValueError no_single_logit(std::string_view loss) {
  return ValueError(text(loss, ": has no value at a single logit, it couples the classes of a row"));
}

Shape pointwise_shape(std::string_view loss, Inputs in, Reduction reduction, size_t per_class) {
  const Tensor &x = in[0], &y = in[1], &class_weights = in[2], &mask = in[3], &weights = in[4];
  const Shape& shape = x.shape();
  if (!is_floating(x.dtype())) throw DtypeError(text(loss, ": expected floating logits, got ", x.dtype()));
  if (!(y.shape() == shape))
    throw ShapeError(text(loss, ": expected targets of the logits' shape ", shape, ", got ", y.shape(),
                          "; one number per class, not a class index"));
  const ptrdiff_t classes = shape.rank() ? shape[shape.rank() - 1] : 1;
  if (class_weights.defined() && !(class_weights.shape() == Shape{classes}))
    throw ShapeError(text(loss, ": expected class weights of shape [", classes, "], got ", class_weights.shape()));
  if (per_class > 1 && ptrdiff_t(per_class) != classes)
    throw ShapeError(text(loss, ": expected one number per class for ", classes, " classes, got ", per_class));
  if (mask.defined() && !(mask.shape() == shape))
    throw ShapeError(text(loss, ": expected a mask of the logits' shape ", shape, ", got ", mask.shape()));
  if (weights.defined() && !(broadcast(weights.shape(), shape, loss) == shape))
    throw ShapeError(text(loss, ": expected weights that broadcast to ", shape, ", got ", weights.shape()));
  return reduction == Reduction::none ? shape : Shape{};
}

ptrdiff_t counted_elements(const Tensor& mask, ptrdiff_t all) {
  if (!mask.defined()) return all;
  Tensor kept;
  const double* m = as_doubles(mask, kept);
  return std::count_if(m, m + mask.count(), [](double v) { return v != 0; });
}

Tensor stretched(const Tensor& weights, const Shape& shape) {
  if (!weights.defined() || weights.shape() == shape) return weights;
  Tensor kept, out = Tensor::empty(shape, DType::float64, Device::reference);
  const double* from = as_doubles(weights, kept);
  double* to = out.fill<double>();
  const int missing = shape.rank() - weights.shape().rank();
  for (ptrdiff_t i = 0; i < shape.count(); ++i) {
    ptrdiff_t at = 0;
    for (int axis = missing; axis < shape.rank(); ++axis) {
      const ptrdiff_t length = weights.shape()[axis - missing];
      const ptrdiff_t position = i / shape.count(axis + 1, shape.rank()) % shape[axis];
      at = at * length + (length == 1 ? 0 : position);
    }
    to[i] = from[at];
  }
  return out.to(weights.dtype()).to(weights.device());
}

}  // namespace skew
