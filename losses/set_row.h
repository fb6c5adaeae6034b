// The rows of a set loss in the tables of losses (loss_table.h) and of ops (core/registry.h), made from its
// description.
#pragma once
#include "core/registry.h"
#include "losses/loss_row.h"
#include "losses/set_op.h"

namespace skew {

template <SetLoss L>
struct SetModel : AnyLoss::Model {
  L formula;
  explicit SetModel(L formula) : formula(std::move(formula)) {}
  std::string name() const override { return L::name; }
  bool single_label() const override { return false; }
  std::vector<FieldInfo> parameters() const override { return field_list(formula); }
  Tensor loss(const Tensor& logits, const Tensor& targets, const LossArgs& args) const override {
    return skew::loss(formula, logits, targets, args);
  }
  LossPoint at(double, double, ptrdiff_t) const override { throw no_single_logit(L::name); }
};

template <SetLoss L>
bool register_set_loss() {
  register_loss({L::name, L::summary, L::formula, L::paper, L::remarks, false, field_list(L{}),
                 [](const LossParameters& p) { return AnyLoss(std::make_shared<SetModel<L>>(with_parameters<L>(p))); },
                 "", false});
  OpRow row;
  row.name = L::name, row.doc = L::summary, row.formula = L::formula, row.source = L::paper;
  row.slots = {&set_loss_kernel<L>, &scale_saved_gradient};
  row.differentiable = {"x"};
  row.run = [](const NamedTensors& in, const Args& args) -> NamedTensors {
    const LossArgs loss_args{parse_reduction(args.word("reduction", "mean"), L::name),
                             {},
                             optional_input(in, "mask"),
                             optional_input(in, "weight")};
    return {{"y", loss(with_arguments<L>(args), input(in, "x", L::name), input(in, "target", L::name), loss_args)}};
  };
  auto sample = [](Shape shape, const char* reduction, Fill targets = Fill::binary, Shape weight = {},
                   bool mask = false) {
    Sample s{{{"x", shape}, {"target", shape, targets}}, {{"reduction", reduction}}};
    if (weight.rank()) s.inputs.push_back({"weight", weight, Fill::positive});
    if (mask) s.inputs.push_back({"mask", shape, Fill::binary});
    return s;
  };
  const char* each = L::along_classes ? "sum" : "none";  // none is not defined for every set loss
  row.samples = {sample({4, 5}, "mean"),
                 sample({4, 5}, "sum"),
                 sample({4, 5}, "batch_mean"),
                 sample({4, 5}, each),
                 sample({3, 70}, "mean"),
                 sample({70, 3}, "mean"),
                 sample({4, 5}, "mean", Fill::unit),
                 sample({6, 3}, each, Fill::unit),
                 sample({1, 1}, "mean"),
                 sample({0, 4}, "sum"),
                 sample({5, 4}, "mean", Fill::binary, {4}),
                 sample({5, 4}, each, Fill::unit, {5, 1}),
                 sample({5, 4}, "mean", Fill::binary, {}, true),
                 sample({4, 17}, "sum", Fill::binary, {17}, true)};
  row.refused = {{{{"x", {2, 3}}, {"target", {2, 4}, Fill::binary}}, {}},
                 {{{"x", {6}}, {"target", {6}, Fill::binary}}, {}},
                 {{{"x", {2, 3}}, {"target", {2, 3}, Fill::normal}}, {}}};
  return register_op(std::move(row));
}

}  // namespace skew
