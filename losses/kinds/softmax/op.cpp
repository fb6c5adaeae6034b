// The part of the softmax losses' op that does not depend on the formula: checks, conversions, messages.
#include "losses/kinds/softmax/op.h"

#include <algorithm>

#include "core/error.h"

namespace skew {

Shape without_classes(const Shape& x) {
  std::vector<ptrdiff_t> lengths(x.begin(), x.end());
  lengths.erase(lengths.begin() + 1);
  return Shape(lengths);
}

Shape softmax_shape(std::string_view op, Inputs in, Reduction reduction, bool takes_probabilities, bool ignores) {
  const Tensor &x = in[0], &target = in[1], &class_weights = in[2], &mask = in[3];
  if (!is_floating(x.dtype())) throw DtypeError(text(op, ": expected floating logits, got ", x.dtype()));
  if (x.shape().rank() < 2) throw ShapeError(text(op, ": expected logits (N, C) or (N, C, …), got ", x.shape()));
  if (x.shape()[1] == 0) throw ShapeError(text(op, ": expected at least one class, got logits ", x.shape()));
  const Shape indices = without_classes(x.shape());
  const bool probabilities = is_floating(target.dtype());
  if (probabilities && !takes_probabilities)
    throw DtypeError(text(op, ": expected int64 class indices as target, got ", target.dtype(),
                          "; this loss is not defined for probabilities"));
  if (!(target.shape() == (probabilities ? x.shape() : indices)))
    throw ShapeError(text(op, ": expected target ", probabilities ? "probabilities" : "indices", " of shape ",
                          probabilities ? x.shape() : indices, " for logits ", x.shape(), ", got ", target.shape(),
                          "; indices are int64, probabilities floating"));
  if (!probabilities && target.dtype() != DType::int64)
    throw DtypeError(text(op, ": expected int64 indices or floating probabilities as target, got ", target.dtype()));
  if (probabilities && ignores)
    throw ValueError(text(op, ": ignore_index has no meaning for targets that are probabilities; use a mask"));
  if (class_weights.defined() && !(class_weights.shape() == Shape{x.shape()[1]}))
    throw ShapeError(text(op, ": expected class weights of shape [", x.shape()[1], "], got ", class_weights.shape()));
  if (mask.defined() && !(mask.shape() == indices))
    throw ShapeError(text(op, ": expected a mask of shape ", indices, ", got ", mask.shape()));
  refuse_infinite(op, class_weights);
  return reduction == Reduction::none ? indices : Shape{};
}

SoftmaxJob softmax_job(Inputs in, Reduction reduction, bool with_gradient) {
  const Tensor &x = in[0], &target = in[1];
  SoftmaxJob job{};
  job.x = x;
  job.target = target.dtype() == DType::int64 ? target : LossOp::same_type(target, x);
  job.class_weights = LossOp::same_type(in[2], x);
  job.mask = LossOp::same_type(in[3], x);
  job.reduction = reduction;
  const Shape result = reduction == Reduction::none ? without_classes(x.shape()) : Shape{};
  job.value = Tensor::empty(result, x.dtype(), x.device());
  if (with_gradient) job.gradient = Tensor::empty_like(x);
  return job;
}

std::vector<int64_t> kept_labels(const Tensor& targets, const Tensor& mask) {
  std::vector<int64_t> labels = targets.values<int64_t>();
  Tensor kept;
  const double* counts = mask.defined() ? as_doubles(mask, kept) : nullptr;
  for (size_t i = 0; counts && i < labels.size(); ++i)
    if (counts[i] == 0) labels[i] = -1;
  return labels;
}

void batch_counts(const SoftmaxJob& job, std::span<double> counts) {
  std::fill(counts.begin(), counts.end(), 0.0);
  Tensor kept;
  const double* mask = job.mask.defined() ? as_doubles(job.mask, kept) : nullptr;
  const Tensor targets = job.target.host();
  const int64_t* labels = targets.data<int64_t>();
  for (ptrdiff_t row = 0; row < targets.count(); ++row)
    if (labels[row] >= 0 && labels[row] < int64_t(counts.size()) && (!mask || mask[row] != 0))
      ++counts[size_t(labels[row])];
}

void multiply_by(const Tensor& class_weights, std::span<double> weights) {
  if (!class_weights.defined()) return;
  Tensor kept;
  const double* given = as_doubles(class_weights, kept);
  for (size_t c = 0; c < weights.size(); ++c) weights[c] *= given[c];
}

void throw_if_bad(std::string_view op, const SoftmaxJob& job, const BadElements& bad) {
  const bool indices = job.target.dtype() == DType::int64;
  if (bad.target >= 0 && indices)
    throw ValueError(text(op, ": the target of row ", bad.target, " is ",
                          job.target.values<int64_t>()[size_t(bad.target)], ", expected a class index in 0 … ",
                          job.x.shape()[1] - 1, job.ignore_index ? text(" or ", *job.ignore_index, " (ignored)") : ""));
  throw_if_bad(op, bad, job.x, job.target);
}

}  // namespace skew
