// What mse (losses/mse.h) is tested with.
#include "apps/op_trials/op_samples.h"

namespace skew {
namespace {

Sample sample(Shape x, Shape target, const char* reduction = "mean") {
  return {{{"x", x}, {"target", target}}, {{"reduction", std::string(reduction)}}};
}

const bool mse_samples =
    register_samples("mse",
                     {sample({4, 3}, {4, 3}), sample({4, 3}, {4, 3}, "sum"), sample({4, 3}, {4, 3}, "none"),
                      sample({4, 3}, {4, 3}, "batch_mean"), sample({5}, {5}), sample({1}, {1}), sample({}, {}),
                      sample({}, {}, "none"), sample({0, 3}, {0, 3}, "sum"), sample({1, 1}, {1, 1}, "batch_mean"),
                      sample({2, 3, 4}, {2, 3, 4}), sample({2, 3, 2, 2}, {2, 3, 2, 2}, "none")},
                     {sample({4, 3}, {4}), sample({4, 3}, {4, 1})});

}  // namespace
}  // namespace skew
