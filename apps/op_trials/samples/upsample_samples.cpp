// What the ops of ops/upsample.h are tested with.
#include "apps/op_trials/op_samples.h"

namespace skew {
namespace {

Sample upsample_sample(Shape x, double h, double w, const char* mode, ArgValue align_corners = nullptr) {
  return {{{"x", x}},
          {{"output", std::vector<double>{h, w}},
           {"mode", std::string(mode)},
           {"align_corners", std::move(align_corners)}}};
}

const bool upsample_samples = register_samples(
    "upsample",
    {upsample_sample({1, 2, 3, 4}, 6, 8, "nearest"), upsample_sample({1, 2, 3, 4}, 5, 7, "nearest"),
     upsample_sample({2, 1, 6, 6}, 3, 4, "nearest"), upsample_sample({1, 1, 1, 1}, 3, 2, "nearest"),
     upsample_sample({0, 2, 3, 3}, 6, 6, "nearest"), upsample_sample({1, 2, 3, 4}, 6, 8, "bilinear", false),
     upsample_sample({1, 2, 3, 4}, 6, 8, "bilinear", true), upsample_sample({1, 2, 5, 5}, 3, 2, "bilinear", false),
     upsample_sample({1, 2, 5, 5}, 3, 2, "bilinear", true), upsample_sample({1, 1, 2, 2}, 1, 1, "bilinear", true),
     upsample_sample({1, 1, 1, 1}, 3, 3, "bilinear", false), upsample_sample({0, 1, 2, 2}, 4, 4, "bilinear", false),
     upsample_sample({2, 2, 1, 3}, 4, 1, "bilinear", true)},
    {upsample_sample({1, 2, 3}, 6, 8, "nearest"), upsample_sample({1, 2, 3, 3}, 0, 8, "nearest"),
     upsample_sample({1, 2, 0, 3}, 6, 8, "bilinear"), upsample_sample({1, 2, 3, 3}, 6, 8, "cubic"),
     upsample_sample({1, 2, 3, 3}, 6, 8, "nearest", true)});

}  // namespace
}  // namespace skew
