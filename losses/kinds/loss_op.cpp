// What all losses share: the way back, and the messages for what a kernel found wrong.
#include "losses/kinds/loss_op.h"

#include <algorithm>

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

}  // namespace

void throw_if_bad(std::string_view loss, const BadElements& bad, const Tensor& logits, const Tensor& targets) {
  if (bad.logit >= 0) {
    const int rank = logits.shape().rank();
    const ptrdiff_t row = rank ? bad.logit / std::max<ptrdiff_t>(1, logits.shape().count(1, rank)) : -1;
    throw NonFiniteError(text(loss, ": the logit at ", place(bad.logit, logits.shape()),
                              " is NaN; the network or its input is not finite"),
                         std::string(loss), Scope::path(), row);
  }
  if (bad.target < 0) return;
  Tensor kept;
  throw ValueError(text(loss, ": the target at ", place(bad.target, targets.shape()), " is ",
                        as_doubles(targets, kept)[bad.target],
                        ", expected a number in [0, 1]; unknown labels belong into .mask"));
}

void refuse_infinite(std::string_view loss, const Tensor& weights) {
  if (!all_finite(weights)) throw ValueError(text(loss, ": expected finite weights, got NaN or infinity among them"));
}

}  // namespace skew
