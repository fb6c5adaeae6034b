// What the ops of ops/batch_norm.h are tested with.
#include "apps/op_trials/op_samples.h"

namespace skew {
namespace {

Sample norm_sample(Shape x, bool affine, bool running, Args args) {
  Sample s{{{"x", x}}, std::move(args)};
  if (affine) s.inputs.insert(s.inputs.end(), {{"weight", {x[1]}}, {"bias", {x[1]}}});
  if (running) s.inputs.insert(s.inputs.end(), {{"running_mean", {x[1]}}, {"running_var", {x[1]}, Fill::positive}});
  return s;
}

std::vector<Sample> samples() {
  const Args train{}, evaluate{{"training", false}}, fused{{"relu", true}};
  return {norm_sample({4, 3, 5, 5}, true, true, train),
          norm_sample({2, 8, 4, 4}, true, true, {{"momentum", .01}}),
          norm_sample({2, 5, 3, 7}, true, true, {{"eps", 1e-3}}),
          norm_sample({3, 4, 4, 4}, false, true, {{"affine", false}}),
          norm_sample({4, 6}, true, true, train),
          norm_sample({1, 3, 4, 4}, true, true, train),
          norm_sample({3, 2, 4}, true, true, train),
          norm_sample({3, 2, 4, 4}, true, false, {{"momentum", 1.}}),
          norm_sample({3, 4, 3, 2}, true, true, fused),
          norm_sample({4, 3, 5, 5}, true, true, evaluate),
          norm_sample({2, 4, 3, 3}, false, true, {{"training", false}, {"affine", false}}),
          norm_sample({1, 3, 1, 1}, true, true, evaluate),
          norm_sample({2, 5, 4, 4}, true, true, {{"training", false}, {"relu", true}}),
          norm_sample({0, 3, 4, 4}, true, true, evaluate)};
}

const bool batch_norm_samples =
    register_samples("batch_norm", samples(),
                     {norm_sample({1, 3, 1, 1}, true, true, {}),
                      norm_sample({2, 3, 2, 2}, true, false, {{"training", false}}),
                      norm_sample({2, 3, 2, 2}, true, true, {{"momentum", 1.5}}),
                      {{{"x", {2, 3, 2, 2}}, {"running_mean", {4}}, {"running_var", {4}}}, {{"training", false}}}});

}  // namespace
}  // namespace skew
