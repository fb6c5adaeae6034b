// BCE under the field's usual name as an op: bce_with_logits takes pos_weight as a tensor beside the targets.
#include "losses/bce.h"

#include "core/registry.h"
#include "losses/kinds/pointwise/op.h"
#include "ops/rearrange.h"

namespace skew {
namespace {

NamedTensors run_bce_with_logits(const NamedTensors& in, const Args& args) {
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

const bool bce_with_logits_registered =
    register_op({.name = "bce_with_logits",
                 .doc = "Binary cross-entropy of logits, with optional weights of elements and of positives.",
                 .formula = "y = reduce(−w·[ρ_c·t·ln σ(x) + (1−t)·ln σ(−x)])",
                 .source = "",
                 .back = {{"x", "∂y/∂x·g, kept going forward"}},
                 .inputs = {"x", "target", "weight", "pos_weight"},
                 .arguments = field_list(ReductionArg{}),
                 .slots = {&pointwise_loss_kernel<Bce>, &rearrange_forward, &scale_saved_gradient},
                 .run = run_bce_with_logits});

}  // namespace
}  // namespace skew
