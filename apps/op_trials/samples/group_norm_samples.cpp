// What the ops of ops/group_norm.h are tested with.
#include "apps/op_trials/op_samples.h"

namespace skew {
namespace {

Sample group_norm_sample(Shape x, bool affine, Args args) {
  Sample s{{{"x", x}}, std::move(args)};
  if (affine) s.inputs.insert(s.inputs.end(), {{"weight", {x[1]}}, {"bias", {x[1]}}});
  return s;
}

std::vector<Sample> group_samples() {
  auto c = [](Shape x, double groups, bool affine = true, double eps = 1e-5) {
    return group_norm_sample(x, affine, {{"groups", groups}, {"eps", eps}, {"affine", affine}});
  };
  return {c({2, 6, 4, 4}, 3),  c({2, 6, 4, 4}, 1),     c({1, 8, 3, 5}, 4, false),   c({2, 4}, 2),
          c({2, 32, 2, 2}, 8), c({2, 6, 4, 4}, 6),     c({3, 4, 7}, 2, true, 1e-3), c({0, 4, 3, 3}, 2),
          c({1, 1, 1, 1}, 1),  c({2, 9}, 3, true, .1), c({1, 2, 2, 3, 2}, 1),       c({2, 4, 3, 1}, 2, false, 1e-2),
          c({1, 130, 2, 1}, 2)};
}

std::vector<Sample> instance_samples() {
  auto c = [](Shape x, bool affine = true, double eps = 1e-5) {
    return group_norm_sample(x, affine, {{"groups", double(x[1])}, {"eps", eps}, {"affine", affine}});
  };
  return {c({2, 6, 4, 4}),        c({3, 5, 4, 4}, false, 1e-3), c({1, 1, 3, 3}), c({2, 3, 5}),     c({1, 4, 1, 1}),
          c({0, 3, 4, 4}),        c({2, 2, 7, 3}, true, .1),    c({4, 1, 2, 4}), c({1, 17, 3, 3}), c({2, 4, 2, 2, 2}),
          c({1, 2, 9, 1}, false), c({3, 3, 3, 4}, true, 1e-3)};
}

const bool group_norm_samples = register_samples("group_norm", group_samples(),
                                                 {group_norm_sample({2, 6, 4, 4}, false, {{"groups", 4.}}),
                                                  group_norm_sample({2, 6, 4, 4}, false, {{"groups", 0.}}),
                                                  {{{"x", {2, 6, 4, 4}}, {"weight", {3}}}, {{"groups", 3.}}}}) &&
                                register_samples("instance_norm", instance_samples(),
                                                 {group_norm_sample({2, 6, 4, 4}, false, {{"groups", 3.}}),
                                                  group_norm_sample({2, 6, 4, 4}, false, {{"eps", 0.}}),
                                                  {{{"x", {3}}}, {}}});

}  // namespace
}  // namespace skew
