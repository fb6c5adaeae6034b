// BCE under the field's usual name as an op: bce_with_logits takes pos_weight as a tensor beside the targets.
#include "losses/bce.h"

#include "core/registry.h"
#include "losses/kinds/pointwise/op.h"
#include "ops/rearrange.h"

namespace skew {
namespace {

NamedTensors run(const NamedTensors& in, const Args& args) {
  const char* op = "bce_with_logits";
  args.only(op, {"reduction"});
  Bce bce;
  const Tensor &x = input(in, "x", op), &target = input(in, "target", op),
               pos_weight = optional_input(in, "pos_weight");
  if (!(x.shape() == target.shape()))
    throw ShapeError(text(op, ": expected targets of the logits' shape ", x.shape(), ", got ", target.shape()));
  if (pos_weight.defined()) {
    if (pos_weight.shape().rank() > 1)
      throw ShapeError(text(op, ": expected one pos_weight per class (the last axis), got ", pos_weight.shape()));
    bce.pos_weight = pos_weight.doubles();
  }
  const LossArgs loss_args{parse_reduction(args.word("reduction", "mean"), op), {}, {}, optional_input(in, "weight")};
  return {{"y", loss(bce, x, target, loss_args)}};
}

std::vector<Sample> samples() {
  auto sample = [](Shape shape, const char* reduction, Fill labels = Fill::binary, Shape weight = {},
                   Shape pos_weight = {}) {
    Sample s{{{"x", shape}, {"target", shape, labels}}, {{"reduction", reduction}}};
    if (weight.rank()) s.inputs.push_back({"weight", weight, Fill::positive});
    if (pos_weight.rank()) s.inputs.push_back({"pos_weight", pos_weight, Fill::positive});
    return s;
  };
  return {sample({4, 5}, "mean"),
          sample({4, 5}, "sum"),
          sample({4, 5}, "none"),
          sample({3, 2}, "mean", Fill::unit),
          sample({1, 1}, "mean"),
          sample({0, 3}, "sum"),
          sample({4, 6}, "mean", Fill::binary, {6}),
          sample({4, 6}, "none", Fill::unit, {4, 6}),
          sample({4, 6}, "mean", Fill::binary, {4, 1}),
          sample({4, 6}, "mean", Fill::binary, {}, {6}),
          sample({2, 3, 4}, "sum", Fill::unit, {}, {4}),
          sample({5}, "mean", Fill::binary, {1}, {5}),
          sample({17, 31}, "mean", Fill::unit, {31}, {31})};
}

const bool bce_registered = register_op(
    {.name = "bce_with_logits",
     .doc = "Binary cross-entropy of logits, with optional weights of elements and of positives.",
     .formula = "y = reduce(−w·[ρ_c·t·ln σ(x) + (1−t)·ln σ(−x)])",
     .source = "",
     .slots = {&pointwise_loss_kernel<Bce>, &rearrange_forward, &scale_saved_gradient},
     .differentiable = {"x"},
     .run = run,
     .samples = samples(),
     .refused = {{{{"x", {2, 3}}, {"target", {3, 2}, Fill::binary}}, {}},
                 {{{"x", {2, 3}}, {"target", {2, 3}, Fill::binary}}, {{"reduction", "average"}}},
                 {{{"x", {2, 3}}, {"target", {2, 3}, Fill::binary}, {"pos_weight", {2, 3}, Fill::positive}}, {}}}});

}  // namespace
}  // namespace skew
