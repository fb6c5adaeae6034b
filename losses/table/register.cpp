// A loss's row in the table of ops: the same for all kinds.
#include "losses/table/register.h"

#include "losses/kinds/loss_op.h"

namespace skew {

bool register_loss_op(const LossEntry& entry, std::function<AnyLoss(const Args&)> from_args,
                      std::vector<const Slot*> slots, std::vector<Sample> samples, std::vector<Sample> refused) {
  OpRow row;
  row.name = entry.name;
  row.doc = entry.summary;
  row.formula = entry.formula;
  row.source = entry.paper;
  row.slots = std::move(slots);
  row.slots.push_back(&scale_saved_gradient);
  row.differentiable = {"x"};
  const bool weighs_classes = entry.single_label && !entry.pointwise;
  row.run = [name = entry.name, from_args, weighs_classes](const NamedTensors& in, const Args& args) -> NamedTensors {
    LossArgs loss_args{.reduction = parse_reduction(args.word("reduction", "mean"), name),
                       .mask = optional_input(in, "mask")};
    (weighs_classes ? loss_args.class_weights : loss_args.weights) = optional_input(in, "weight");
    if (args.has("ignore_index")) loss_args.ignore_index = args.integer("ignore_index", 0);
    return {{"y", loss(from_args(args), input(in, "x", name), input(in, "target", name), loss_args)}};
  };
  row.samples = std::move(samples);
  row.refused = std::move(refused);
  return register_op(std::move(row));
}

}  // namespace skew
