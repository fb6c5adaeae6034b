// The rows of a softmax loss in the tables of losses (loss_table.h) and of ops (core/registry.h), made from its
// description alone. Included by one generated file per loss; pointwise_row.h is the same for pointwise losses.
#pragma once
#include "core/registry.h"
#include "losses/loss_row.h"
#include "losses/softmax_op.h"

namespace skew {

template <SoftmaxLoss L>
struct SoftmaxModel : AnyLoss::Model {
  L formula;
  explicit SoftmaxModel(L formula) : formula(std::move(formula)) {}
  std::string name() const override { return L::name; }
  bool single_label() const override { return true; }
  std::vector<FieldInfo> parameters() const override { return field_list(formula); }
  Tensor loss(const Tensor& logits, const Tensor& targets, const LossArgs& args) const override {
    return skew::loss(formula, logits, targets, args);
  }
  LossPoint at(double, double, ptrdiff_t) const override { throw no_single_logit(L::name); }
  double logit_scale() const override { return skew::logit_scale(formula); }
  LossParameters after_batch(const Tensor& targets, const Tensor& mask) const override {
    if constexpr (requires { formula.counted({}); }) {
      std::vector<int64_t> labels = targets.to(Device::reference).values<int64_t>();
      if (mask.defined()) {
        const std::vector<double> kept = mask.to(Device::reference).to(DType::float64).values<double>();
        for (size_t i = 0; i < labels.size(); ++i)
          if (kept[i] == 0) labels[i] = -1;  // as in the batch's own loss
      }
      return {{"cum_samples", field_text(formula.counted(labels))}};
    } else {
      return {};
    }
  }
};

template <SoftmaxLoss L>
std::vector<Sample> softmax_samples() {
  // Counts per class where the loss has them; `args` otherwise.
  auto with_counts = [](ptrdiff_t classes, Args args) {
    std::vector<double> counts;
    for (ptrdiff_t c = 0; c < classes; ++c) counts.push_back(double(1 + 37 * (c + 1) % 11));
    for (const std::string& name : field_names<L>())
      if (name == "class_freq" || name == "cum_samples") args.set(name, counts);
    if (sees_softmax<L>) args.set("q", 0.);  // differences would see a gradient through σ, which is a constant
    return args;
  };
  auto indices = [&](Shape x, Args args, bool weight = false, bool mask = false) {
    Sample s{{{"x", x}, {"target", without_classes(x), Fill::index, x[1]}}, with_counts(x[1], std::move(args))};
    if (weight) s.inputs.push_back({"weight", {x[1]}, Fill::positive});
    if (mask) s.inputs.push_back({"mask", without_classes(x), Fill::binary});
    return s;
  };
  const Args mean{{"reduction", "mean"}}, sum{{"reduction", "sum"}}, none{{"reduction", "none"}},
      batch{{"reduction", "batch_mean"}};
  std::vector<Sample> list = {indices({4, 5}, mean),       indices({4, 5}, sum),
                              indices({4, 5}, none),       indices({6, 3}, mean, true),
                              indices({5, 4}, none, true), indices({2, 3, 2, 4}, mean, true),
                              indices({2, 3, 5}, none),    indices({7, 17}, mean, false, true),
                              indices({1, 1}, mean),       indices({0, 3}, sum),
                              indices({3, 40}, batch),     indices({5, 16}, sum, true, true)};
  if constexpr (takes_probabilities<L>) {
    auto probabilities = [&](Shape x, Args args, bool weight = false) {
      Sample s{{{"x", x}, {"target", x, Fill::unit}}, std::move(args)};
      if (weight) s.inputs.push_back({"weight", {x[1]}, Fill::positive});
      return s;
    };
    const Args plain{{"label_smoothing", 0.}}, smooth{{"label_smoothing", .2}};
    for (const Sample& s : {probabilities({4, 5}, mean), probabilities({4, 5}, smooth, true),
                            probabilities({2, 3, 4}, none), indices({6, 3}, plain), indices({6, 3}, smooth, true)})
      list.push_back(s);
  }
  if constexpr (requires { L{}.ignore_index; }) list.push_back(indices({5, 4}, {{"ignore_index", 1.}}, true));
  return list;
}

template <SoftmaxLoss L>
bool register_softmax_loss() {
  register_loss(
      {L::name, L::summary, L::formula, L::paper, L::remarks, true, field_list(L{}),
       [](const LossParameters& p) { return AnyLoss(std::make_shared<SoftmaxModel<L>>(with_parameters<L>(p))); },
       "", false});
  OpRow row;
  row.name = L::name, row.doc = L::summary, row.formula = L::formula, row.source = L::paper;
  row.slots = {&softmax_loss_kernel<L>, &scale_saved_gradient};
  row.differentiable = {"x"};
  row.run = [](const NamedTensors& in, const Args& args) -> NamedTensors {
    std::vector<std::string> also{"reduction"};
    if constexpr (requires(L l) { l.ignore_index; }) also.push_back("ignore_index");
    L formula = args.read<L>(L::name, {}, also);
    if constexpr (requires { formula.ignore_index; })
      if (args.has("ignore_index")) formula.ignore_index = args.integer("ignore_index", 0);
    const LossArgs loss_args{parse_reduction(args.word("reduction", "mean"), L::name), optional_input(in, "weight"),
                             optional_input(in, "mask")};
    return {{"y", loss(formula, input(in, "x", L::name), input(in, "target", L::name), loss_args)}};
  };
  row.samples = softmax_samples<L>();
  row.refused = {{{{"x", {3, 4}}, {"target", {2}, Fill::index, 4}}, {}},
                 {{{"x", {3, 2}}, {"target", {3}, Fill::index, 100}}, {}},
                 {{{"x", {3}}, {"target", {3}, Fill::index, 2}}, {}},
                 {{{"x", {3, 2}}, {"target", {3, 3}, Fill::unit}}, {}},
                 {{{"x", {3, 2}}, {"target", {3}, Fill::index, 2}, {"weight", {3}}}, {}},
                 {{{"x", {3, 2}}, {"target", {3}, Fill::index, 2}, {"mask", {3, 2}, Fill::binary}}, {}}};
  for (const std::string& name : field_names<L>())
    if (name == "class_freq" || name == "cum_samples")
      row.refused.push_back({{{"x", {3, 2}}, {"target", {3}, Fill::index, 2}}, {{name, std::vector<double>{4, 2, 1}}}});
  return register_op(std::move(row));
}

}  // namespace skew
