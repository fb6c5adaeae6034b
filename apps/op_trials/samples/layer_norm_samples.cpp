// What layer_norm and layer_norm_channels (ops/group_norm.h) are tested with.
#include "apps/op_trials/op_samples.h"

namespace skew {
namespace {

Sample layer_sample(Shape x, Shape normalized, bool affine = true, double eps = 1e-5) {
  Sample s{{{"x", x}},
           {{"normalized_shape", std::vector<double>(normalized.begin(), normalized.end())},
            {"eps", eps},
            {"affine", affine}}};
  if (affine) s.inputs.insert(s.inputs.end(), {{"weight", normalized}, {"bias", normalized}});
  return s;
}

Sample channel_sample(Shape x, bool affine = true, double eps = 1e-6) {
  Sample s{{{"x", x}}, {{"eps", eps}}};
  if (affine) s.inputs.insert(s.inputs.end(), {{"weight", {x[1]}}, {"bias", {x[1]}}});
  return s;
}

const bool layer_norm_samples =
    register_samples(
        "layer_norm",
        {layer_sample({4, 8}, {8}), layer_sample({2, 3, 7}, {7}), layer_sample({2, 3, 4, 5}, {5}),
         layer_sample({2, 3, 4, 5}, {3, 4, 5}), layer_sample({2, 6}, {6}, false), layer_sample({3, 5}, {5}, true, 1e-6),
         layer_sample({2, 1}, {1}), layer_sample({0, 4}, {4}), layer_sample({9}, {9}),
         layer_sample({2, 70}, {70}, true, 1e-3), layer_sample({3, 2, 4}, {2, 4}, false),
         layer_sample({1, 1}, {1}, false), layer_sample({5, 3}, {5, 3}, true, .1)},
        {layer_sample({4, 8}, {7}),
         layer_sample({4, 8}, {8}, true, 0),
         layer_sample({8}, {4, 8}, false),
         {{{"x", {4, 8}}, {"weight", {4}}}, {{"normalized_shape", std::vector{8.}}}}}) &&
    register_samples(
        "layer_norm_channels",
        {channel_sample({2, 6, 3, 4}), channel_sample({1, 16, 1, 1}), channel_sample({2, 5, 3, 3}, false),
         channel_sample({0, 4, 2, 2}), channel_sample({1, 1, 1, 1}), channel_sample({3, 8, 2, 1}),
         channel_sample({1, 70, 1, 2}), channel_sample({2, 3, 1, 5}, true, 1e-2),
         channel_sample({2, 4, 4, 4}, true, 1e-5), channel_sample({1, 9, 2, 3}, false, 1e-3),
         channel_sample({4, 7, 1, 1}), channel_sample({1, 12, 3, 2})},
        {{{{"x", {4, 8}}}, {}}, {{{"x", {1, 4, 2, 2}}, {"weight", {2}}}, {}}, channel_sample({1, 4, 2, 2}, true, -1)});

}  // namespace
}  // namespace skew
