// From a loss's own description to the tables of losses (loss_table.h) and of ops (core/registry.h). Included by the
// files that register losses (kinds/*/register.h); callers use loss_table.h.
#pragma once
#include "core/registry.h"
#include "losses/table/loss_table.h"

namespace skew {

// The entry of a loss of type L; make: AnyLoss from an L whose parameters are set.
template <class L, class Make> LossEntry loss_entry(bool single_label, bool pointwise, Make make) {
  return {.name = L::name,
          .summary = L::summary,
          .formula = L::formula,
          .paper = L::paper,
          .remarks = L::remarks,
          .single_label = single_label,
          .parameters = field_list(L{}),
          .make = [make](const LossParameters& p) { return make(with_fields<L>(L::name, p)); },
          .pointwise = pointwise};
}

// The same loss as an op: `x` and `target`, optionally `mask` and `weight` (of classes where labels exclude each other
// and couple a row, of elements elsewhere); arguments: its parameters, `reduction`, `ignore_index`.
bool register_loss_op(const LossEntry& entry, std::function<AnyLoss(const Args&)> from_args,
                      std::vector<const Slot*> slots, std::vector<Sample> samples);

// Both, for a loss with kernels of its own.
template <class L, class Make>
bool register_loss(LossEntry entry, Make make, std::vector<const Slot*> slots, std::vector<Sample> samples) {
  const auto from_args = [make](const Args& args) {
    return make(args.read<L>(L::name, {}, {"reduction", "ignore_index"}));
  };
  register_loss_op(entry, from_args, std::move(slots), std::move(samples));
  return register_loss(std::move(entry));
}

}  // namespace skew
