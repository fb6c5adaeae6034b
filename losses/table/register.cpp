// A loss's row in the table of ops: the same for all kinds.
#include "losses/table/register.h"

#include "losses/kinds/loss_op.h"

namespace skew {
namespace {
struct IgnoreArg {
  std::optional<int64_t> ignore_index;
  template <class Self, class Visit> static void fields(Self& self, Visit&& visit) {
    visit("ignore_index", self.ignore_index, finite(), "softmax losses: targets of this index count for nothing");
  }
};
}  // namespace

bool register_loss_op(const LossEntry& entry, std::function<AnyLoss(const Args&)> from_args,
                      std::vector<const Slot*> slots, std::vector<Sample> samples) {
  slots.push_back(&scale_saved_gradient);
  std::vector<FieldInfo> arguments = entry.parameters;
  for (FieldInfo& argument : field_list(ReductionArg{})) arguments.push_back(std::move(argument));
  for (FieldInfo& argument : field_list(IgnoreArg{})) arguments.push_back(std::move(argument));
  const bool weighs_classes = entry.single_label && !entry.pointwise;
  const auto run = [name = entry.name, from_args, weighs_classes](const NamedTensors& in,
                                                                  const Args& args) -> NamedTensors {
    LossArgs loss_args{.reduction = parse_reduction(args.word("reduction", "mean"), name),
                       .mask = optional_input(in, "mask")};
    (weighs_classes ? loss_args.class_weights : loss_args.weights) = optional_input(in, "weight");
    if (args.has("ignore_index")) loss_args.ignore_index = args.integer("ignore_index", 0);
    return {{"y", loss(from_args(args), input(in, "x", name), input(in, "target", name), loss_args)}};
  };
  return register_op({.name = entry.name,
                      .doc = entry.summary,
                      .formula = entry.formula,
                      .source = entry.paper,
                      .back = {{"x", "∂y/∂x·g, kept going forward"}},
                      .inputs = {"x", "target", "mask", "weight"},
                      .arguments = std::move(arguments),
                      .slots = std::move(slots),
                      .run = run,
                      .samples = std::move(samples),
                      .place = "losses/" + entry.name + ".h"});
}

}  // namespace skew
