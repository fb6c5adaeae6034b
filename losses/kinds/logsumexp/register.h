// A log-sum-exp loss in the tables of losses (table/loss_table.h) and of ops (core/registry.h), made from its
// description. Included by one generated file per loss.
#pragma once
#include "losses/kinds/logsumexp/op.h"
#include "losses/table/register.h"
#include "ops/rearrange.h"

namespace skew {

template <LogSumExpLoss L> struct AnyLogSumExp : AnyLoss::Interface {
  L formula;
  explicit AnyLogSumExp(L formula) : formula(formula) {}

  std::string name() const override { return L::name; }
  bool single_label() const override { return false; }
  std::vector<FieldInfo> parameters() const override { return field_list(formula); }
  Tensor loss(const Tensor& logits, const Tensor& targets, const LossArgs& args) const override {
    return skew::loss(formula, logits, targets, args);
  }
};

template <LogSumExpLoss L> bool register_logsumexp_loss() {
  const auto make = [](L l) { return AnyLoss(std::make_shared<AnyLogSumExp<L>>(l)); };
  auto sample = [](Shape shape, const char* reduction, Fill targets = Fill::binary) {
    return Sample{{{"x", shape}, {"target", shape, targets}}, {{"reduction", reduction}}};
  };
  const char* each = L::hooks.along_classes ? "sum" : "none";  // none is not defined for every such loss
  std::vector<Sample> samples = {
      sample({4, 5}, "mean"),
      sample({4, 5}, "sum"),
      sample({4, 5}, "batch_mean"),
      sample({4, 5}, each),
      sample({3, 70}, "mean"),
      sample({70, 3}, "mean"),
      sample({4, 5}, "mean", Fill::unit),
      sample({6, 3}, each, Fill::unit),
      sample({1, 1}, "mean"),
      sample({0, 4}, "sum"),
      sample({5, 4}, "mean").with({"weight", {4}, Fill::positive}),
      sample({5, 4}, each, Fill::unit).with({"weight", {5, 1}, Fill::positive}),
      sample({5, 4}, "mean").with({"mask", {5, 4}, Fill::binary}),
      sample({4, 17}, "sum").with({"weight", {17}, Fill::positive}).with({"mask", {4, 17}, Fill::binary})};
  return register_loss<L>(loss_entry<L>(false, false, make), make, {&logsumexp_loss_kernel<L>, &rearrange_forward},
                          std::move(samples));
}

}  // namespace skew
