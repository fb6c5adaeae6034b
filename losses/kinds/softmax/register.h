// A softmax loss in the tables of losses (table/loss_table.h) and of ops (core/registry.h), made from its description
// alone. Included by one generated file per loss.
#pragma once
#include "losses/kinds/softmax/op.h"
#include "losses/table/register.h"

namespace skew {

template <SoftmaxLoss L> struct AnySoftmax : AnyLoss::Interface {
  std::shared_ptr<const L> formula;
  explicit AnySoftmax(L l) : formula(std::make_shared<const L>(std::move(l))) { check_fields(L::name, *formula); }

  std::string name() const override { return L::name; }
  bool single_label() const override { return true; }
  std::vector<FieldInfo> parameters() const override { return field_list(*formula); }
  Tensor loss(const Tensor& logits, const Tensor& targets, const LossArgs& args) const override {
    return prepared_loss(formula, logits, targets, args);
  }
  double logit_scale() const override { return skew::logit_scale(*formula); }
  LossParameters after_batch(const Tensor& targets, const Tensor& mask) const override {
    if constexpr (L::hooks.counts_labels)
      return {{"cum_samples", field_text(formula->counted(kept_labels(targets, mask)))}};
    else return {};
  }
};

template <SoftmaxLoss L> std::vector<Sample> softmax_samples() {
  // Counts per class where the loss has them; `args` otherwise.
  auto with_counts = [](ptrdiff_t classes, Args args) {
    std::vector<double> counts;
    for (ptrdiff_t c = 0; c < classes; ++c) counts.push_back(double(1 + 37 * (c + 1) % 11));
    for (const std::string& name : field_names<L>())
      if (name == "class_freq" || name == "cum_samples") args.set(name, counts);
    if (L::hooks.sees_softmax) args.set("q", 0.);  // differences would see a gradient through σ, which is a constant
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
  if constexpr (L::hooks.every_class) {
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
  list.push_back(indices({5, 4}, {{"ignore_index", 1.}}, true));
  return list;
}

template <SoftmaxLoss L> bool register_softmax_loss() {
  const auto make = [](L l) { return AnyLoss(std::make_shared<AnySoftmax<L>>(std::move(l))); };
  return register_loss<L>(loss_entry<L>(true, false, make), make, {&softmax_loss_kernel<L>}, softmax_samples<L>());
}

}  // namespace skew
