// The rows of a pointwise loss in the tables of losses (loss_table.h) and of ops (core/registry.h), made from its
// description alone. Included by one generated file per loss.
#pragma once
#include <array>

#include "core/registry.h"
#include "losses/loss_row.h"
#include "losses/one_label.h"
#include "losses/pointwise_op.h"
#include "losses/pointwise_point.h"

namespace skew {

template <PointwiseLoss L>
struct PointwiseModel : AnyLoss::Model {
  L formula;
  decltype(loss_numbers(std::declval<const L&>())) numbers;
  explicit PointwiseModel(L l) : formula(std::move(l)), numbers(loss_numbers(formula)) { check_fields(L::name, formula); }
  std::string name() const override { return L::name; }
  bool single_label() const override { return is_single_label<L>; }
  std::vector<FieldInfo> parameters() const override { return field_list(formula); }
  Tensor loss(const Tensor& logits, const Tensor& targets, const LossArgs& args) const override {
    if constexpr (is_single_label<L>)
      return one_label_loss(L::name, logits, targets, args, [&](const Tensor& one_hot, const LossArgs& each) {
        return checked_loss(formula, numbers, logits, one_hot, each);
      });
    else return checked_loss(formula, numbers, logits, targets, args);
  }
  double logit_scale() const override {
    if constexpr (requires { formula.logit_scale(); }) return formula.logit_scale();
    else return 1;
  }
  LossFormula formula_of_form() const override {
    if constexpr (requires { formula.written(); }) return {formula.written().text, formula.written().latex};
    else return {};
  }
  LossPoint at(double x, double y, ptrdiff_t c) const override {
    auto run = [&](auto powers) {
      return y == 0 || y == 1 ? point_of<decltype(powers)>(formula, x, y == 1, c)
                              : point_of<decltype(powers)>(formula, x, y, c);
    };
    return formula.powers() == Powers::rare ? run(RarePowers{}) : run(RealPowers{});
  }
  std::vector<LossFactor> factors(double x, double y) const override {
    std::vector<LossFactor> list;
    auto see = [&](const char* name, double value) { list.push_back({name, value}); };
    if constexpr (requires { formula.template value<RealPowers>(x, y, see); }) {
      auto look = [&](auto label) {
        if (formula.powers() == Powers::rare) formula.template value<RarePowers>(x, label, see);
        else formula.template value<RealPowers>(x, label, see);
      };
      if (y == 0 || y == 1) look(y == 1);
      else look(y);
    }
    return list;
  }
};

template <PointwiseLoss L>
std::vector<Sample> pointwise_samples() {
  auto sample = [](Shape shape, Fill targets, Args args, Fill logits = Fill::normal) {
    // finite differences see a gradient through the focusing weight, so it must flow
    for (const std::string& name : field_names<L>())
      if (name == "detach_focus") args.set(name, false);
    return Sample{{{"x", shape, logits}, {"target", shape, targets}}, std::move(args)};
  };
  auto weighted = [&](Shape shape, Shape weight, Args args) {
    Sample s = sample(shape, Fill::binary, std::move(args));
    s.inputs.push_back({"weight", weight, Fill::positive});
    return s;
  };
  auto with_mask = [&](Shape shape, Args args) {
    Sample s = sample(shape, Fill::binary, std::move(args));
    s.inputs.push_back({"mask", shape, Fill::binary});
    return s;
  };
  const Args mean{{"reduction", "mean"}}, sum{{"reduction", "sum"}}, batch{{"reduction", "batch_mean"}},
      none{{"reduction", "none"}};
  return {sample({4, 5}, Fill::binary, mean), sample({4, 5}, Fill::unit, mean), sample({3, 2}, Fill::binary, sum),
          sample({3, 2}, Fill::unit, batch), sample({2, 7}, Fill::binary, none), sample({2, 3}, Fill::unit, none),
          sample({1, 1}, Fill::binary, mean), sample({0, 4}, Fill::binary, sum), sample({17, 16}, Fill::binary, mean),
          weighted({3, 4}, {4}, mean), weighted({3, 4}, {3, 1}, none), with_mask({4, 3}, mean), with_mask({4, 3}, sum),
          sample({6, 5}, Fill::binary, mean, Fill::apart)};
}

template <PointwiseLoss L>
bool register_pointwise_loss() {
  LossRow loss_row{
      L::name, L::summary, L::formula, L::paper, L::remarks, is_single_label<L>, field_list(L{}),
      [](const LossParameters& p) { return AnyLoss(std::make_shared<PointwiseModel<L>>(with_parameters<L>(p))); }};
  if constexpr (requires { L::latex; }) loss_row.latex = L::latex;
  register_loss(std::move(loss_row));
  OpRow row;
  row.name = L::name, row.doc = L::summary, row.formula = L::formula, row.source = L::paper;
  row.slots = {&pointwise_loss_kernel<L>, &scale_saved_gradient};
  row.differentiable = {"x"};
  row.run = [](const NamedTensors& in, const Args& args) -> NamedTensors {
    const LossArgs loss_args{parse_reduction(args.word("reduction", "mean"), L::name), {}, optional_input(in, "mask"),
                             optional_input(in, "weight")};
    return {{"y", loss(with_arguments<L>(args), input(in, "x", L::name), input(in, "target", L::name), loss_args)}};
  };
  row.samples = pointwise_samples<L>();
  row.refused = {{{{"x", {2, 3}}, {"target", {2, 4}, Fill::binary}}, {}},
                 {{{"x", {2, 3}}, {"target", {2}, Fill::binary}}, {}},
                 {{{"x", {2, 3}}, {"target", {2, 3}, Fill::normal}}, {}},
                 {{{"x", {2, 3}}, {"target", {2, 3}, Fill::binary}, {"weight", {4}, Fill::unit}}, {}}};
  return register_op(std::move(row));
}

}  // namespace skew
