// What the ops of ops/concat.h are tested with.
#include "apps/op_trials/op_samples.h"

namespace skew {
namespace {

Sample concat_sample(const std::vector<Shape>& shapes, double axis) {
  Sample s;
  for (size_t k = 0; k < shapes.size(); ++k) s.inputs.push_back({"x" + std::to_string(k), shapes[k]});
  s.args.set("axis", axis);
  return s;
}

const bool concat_samples =
    register_samples("concat",
                     {concat_sample({{2, 3}, {2, 4}}, 1), concat_sample({{2, 3}, {1, 3}, {4, 3}}, 0),
                      concat_sample({{2, 3, 4, 4}, {2, 5, 4, 4}}, 1), concat_sample({{2, 3}, {2, 0}}, 1),
                      concat_sample({{3}}, 0), concat_sample({{1, 8, 3, 3}, {1, 4, 3, 3}, {1, 4, 3, 3}}, 1),
                      concat_sample({{2, 3}, {2, 4}}, -1), concat_sample({{2, 2, 2}, {2, 1, 2}}, -2),
                      concat_sample({{1}, {1}, {1}, {1}}, 0), concat_sample({{0, 2}, {0, 2}}, 0),
                      concat_sample({{0, 2}, {0, 1}}, 1), concat_sample({{2, 2, 3, 1}, {2, 2, 3, 2}}, 3)},
                     {concat_sample({{2, 3}, {3, 3}}, 1), concat_sample({{2, 3}, {2}}, 1),
                      concat_sample({{2, 3}, {2, 3}}, 2), concat_sample({{}, {}}, 0)}) &&
    register_samples(
        "stack",
        {concat_sample({{2, 3}, {2, 3}, {2, 3}}, 0), concat_sample({{2, 3}, {2, 3}}, -1),
         concat_sample({{}, {}, {}, {}}, 0), concat_sample({{2, 3}, {2, 3}}, 1), concat_sample({{2, 3}}, 2),
         concat_sample({{2, 3}, {2, 3}}, -2), concat_sample({{1}, {1}}, 0), concat_sample({{1}, {1}}, 1),
         concat_sample({{0, 2}, {0, 2}}, 1), concat_sample({{2, 0}, {2, 0}}, -3),
         concat_sample({{2, 3, 2}, {2, 3, 2}}, 2), concat_sample({{}}, -1)},
        {concat_sample({{2, 3}, {3, 2}}, 0), concat_sample({{2, 3}, {2, 3}}, 3), concat_sample({{2}, {2, 1}}, 0)});

}  // namespace
}  // namespace skew
