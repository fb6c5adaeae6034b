// What the ops of ops/pad.h are tested with.
#include "apps/op_trials/op_samples.h"

namespace skew {
namespace {

Sample pad_sample(Shape x, std::vector<double> pads, const char* mode = "constant", double value = 0) {
  return {{{"x", x}}, {{"pads", std::move(pads)}, {"mode", std::string(mode)}, {"value", value}}};
}

const bool pad_samples = register_samples(
    "pad",
    {pad_sample({2, 3, 4, 4}, {1, 2, 0, 1}), pad_sample({2, 3, 4, 4}, {1, 1, 1, 1}, "constant", -1.5),
     pad_sample({2, 3, 5}, {2, 0}, "constant", 3), pad_sample({1, 2, 5, 5}, {-1, -2, 1, 0}), pad_sample({4}, {0, 0}),
     pad_sample({4}, {-2, -2}), pad_sample({1, 1}, {1, 0, 0, 1}), pad_sample({0, 2}, {0, 0, 1, 1}), pad_sample({3}, {}),
     pad_sample({1, 2, 4, 5}, {2, 1, 1, 3}, "reflect"), pad_sample({1, 2, 3, 3}, {2, 2, 1, 0}, "replicate"),
     pad_sample({5}, {4, 4}, "reflect"), pad_sample({2, 1}, {3, 2}, "replicate"), pad_sample({6}, {2, -3}, "reflect"),
     pad_sample({2, 2, 2}, {1, 0, 0, 1, 1, 1})},
    {pad_sample({4}, {1}), pad_sample({4}, {1, 1, 1, 1}), pad_sample({4}, {-3, -2}), pad_sample({4}, {4, 0}, "reflect"),
     pad_sample({0}, {1, 0}, "replicate"), pad_sample({4}, {1, 1}, "wrap")});

}  // namespace
}  // namespace skew
