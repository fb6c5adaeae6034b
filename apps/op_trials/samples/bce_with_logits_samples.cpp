// What bce_with_logits (losses/bce.cpp) is tested with.
#include "apps/op_trials/op_samples.h"

namespace skew {
namespace {

std::vector<Sample> samples_of_bce() {
  auto sample = [](Shape shape, const char* reduction, Fill labels = Fill::binary, Shape weight = {},
                   Shape pos_weight = {}) {
    Sample s{{{"x", shape}, {"target", shape, labels}}, {{"reduction", reduction}}};
    if (weight.rank()) s.inputs.push_back({"weight", weight, Fill::positive});
    if (pos_weight.rank()) s.inputs.push_back({"pos_weight", pos_weight, Fill::positive});
    return s;
  };
  return {sample({4, 5}, "mean"),
          sample({4, 5}, "sum"),
          sample({4, 5}, "none"),
          sample({3, 2}, "mean", Fill::unit),
          sample({1, 1}, "mean"),
          sample({0, 3}, "sum"),
          sample({4, 6}, "mean", Fill::binary, {6}),
          sample({4, 6}, "none", Fill::unit, {4, 6}),
          sample({4, 6}, "mean", Fill::binary, {4, 1}),
          sample({4, 6}, "mean", Fill::binary, {}, {6}),
          sample({2, 3, 4}, "sum", Fill::unit, {}, {4}),
          sample({5}, "mean", Fill::binary, {1}, {5}),
          sample({17, 31}, "mean", Fill::unit, {31}, {31})};
}

const bool bce_with_logits_samples =
    register_samples("bce_with_logits", samples_of_bce(),
                     {{{{"x", {2, 3}}, {"target", {3, 2}, Fill::binary}}, {}},
                      {{{"x", {2, 3}}, {"target", {2, 3}, Fill::binary}}, {{"reduction", "average"}}},
                      {{{"x", {2, 3}}, {"target", {2, 3}, Fill::binary}, {"pos_weight", {2, 3}, Fill::positive}}, {}}});

}  // namespace
}  // namespace skew
