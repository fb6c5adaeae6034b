// A pointwise loss in the tables of losses (table/loss_table.h) and of ops (core/registry.h), made from its description
// alone. Included by one generated file per loss.
#pragma once
#include "losses/kinds/one_label.h"
#include "losses/kinds/pointwise/at_logit.h"
#include "losses/kinds/pointwise/op.h"
#include "losses/table/register.h"
#include "ops/rearrange.h"

namespace skew {

template <PointwiseLoss L> struct AnyPointwise : AnyLoss::Interface {
  std::shared_ptr<const PreparedLoss<L>> prepared;
  explicit AnyPointwise(L l) : prepared(std::make_shared<const PreparedLoss<L>>(std::move(l))) {}
  const L& formula() const { return prepared->loss; }

  std::string name() const override { return L::name; }
  bool single_label() const override { return L::hooks.single_label; }
  std::vector<FieldInfo> parameters() const override { return field_list(formula()); }
  Tensor loss(const Tensor& logits, const Tensor& targets, const LossArgs& args) const override {
    if constexpr (L::hooks.single_label)
      return one_label_loss(L::name, logits, targets, args, [&](const Tensor& one_hot, const LossArgs& each) {
        return prepared_loss(prepared, logits, one_hot, each);
      });
    else return prepared_loss(prepared, logits, targets, args);
  }
  double logit_scale() const override {
    if constexpr (L::hooks.logit_scale) return formula().logit_scale();
    else return 1;
  }
  LossFormula formula_of_form() const override {
    if constexpr (L::hooks.written) return formula().written();
    else return {};
  }
  AtLogit at(double x, double y, ptrdiff_t c) const override {
    return y == 0 || y == 1 ? at_logit(formula(), x, y == 1, c) : at_logit(formula(), x, y, c);
  }
  std::vector<LossFactor> factors(double x, double y) const override {
    std::vector<LossFactor> list;
    if constexpr (L::hooks.names_factors) {
      const auto see = [&](const char* name, double value) { list.push_back({name, value}); };
      with_exponents_of<L, false>(exponents_of(formula()), [&](auto p) {
        if (y == 0 || y == 1) prepared->kernel.template value<decltype(p)>(x, y == 1, see);
        else prepared->kernel.template value<decltype(p)>(x, y, see);
      });
    }
    return list;
  }
};

template <PointwiseLoss L> std::vector<Sample> pointwise_samples() {
  auto sample = [](Shape shape, Fill targets, const char* reduction, Fill logits = Fill::normal) {
    Args args{{"reduction", reduction}};
    // finite differences see a gradient through the focusing weight, so it must flow
    for (const std::string& name : field_names<L>())
      if (name == "detach_focus") args.set(name, false);
    return Sample{{{"x", shape, logits}, {"target", shape, targets}}, args};
  };
  const SampleInput mask{"mask", L::hooks.single_label ? Shape{4} : Shape{4, 3}, Fill::binary};
  return {sample({4, 5}, Fill::binary, "mean"),
          sample({4, 5}, Fill::unit, "mean"),
          sample({3, 2}, Fill::binary, "sum"),
          sample({3, 2}, Fill::unit, "batch_mean"),
          sample({2, 7}, Fill::binary, "none"),
          sample({2, 3}, Fill::unit, "none"),
          sample({1, 1}, Fill::binary, "mean"),
          sample({0, 4}, Fill::binary, "sum"),
          sample({17, 16}, Fill::binary, "mean"),
          sample({3, 4}, Fill::binary, "mean").with({"weight", {4}, Fill::positive}),
          sample({3, 4}, Fill::binary, "none").with({"weight", {3, 1}, Fill::positive}),
          sample({4, 3}, Fill::binary, "mean").with(mask),
          sample({4, 3}, Fill::binary, "sum").with(mask),
          sample({6, 5}, Fill::binary, "mean", Fill::apart)};
}

template <PointwiseLoss L> bool register_pointwise_loss() {
  const auto make = [](L l) { return AnyLoss(std::make_shared<AnyPointwise<L>>(std::move(l))); };
  LossEntry entry = loss_entry<L>(L::hooks.single_label, true, make);
  entry.latex = L::hooks.latex;
  std::vector<const Slot*> slots = {&pointwise_loss_kernel<L>, &rearrange_forward};
  if constexpr (L::hooks.single_label) add_one_label_slots(slots);
  return register_loss<L>(std::move(entry), make, std::move(slots), pointwise_samples<L>());
}

}  // namespace skew
