// What the ops of ops/upsample.h are tested with.
#include "tests/op_samples.h"

namespace skew {
namespace {

Sample sample(Shape x, double h, double w, const char* mode, ArgValue align_corners = nullptr) {
  return {{{"x", x}},
          {{"output", std::vector<double>{h, w}},
           {"mode", std::string(mode)},
           {"align_corners", std::move(align_corners)}}};
}

const bool registered = register_samples(
    "upsample",
    {sample({1, 2, 3, 4}, 6, 8, "nearest"), sample({1, 2, 3, 4}, 5, 7, "nearest"),
     sample({2, 1, 6, 6}, 3, 4, "nearest"), sample({1, 1, 1, 1}, 3, 2, "nearest"),
     sample({0, 2, 3, 3}, 6, 6, "nearest"), sample({1, 2, 3, 4}, 6, 8, "bilinear", false),
     sample({1, 2, 3, 4}, 6, 8, "bilinear", true), sample({1, 2, 5, 5}, 3, 2, "bilinear", false),
     sample({1, 2, 5, 5}, 3, 2, "bilinear", true), sample({1, 1, 2, 2}, 1, 1, "bilinear", true),
     sample({1, 1, 1, 1}, 3, 3, "bilinear", false), sample({0, 1, 2, 2}, 4, 4, "bilinear", false),
     sample({2, 2, 1, 3}, 4, 1, "bilinear", true)},
    {sample({1, 2, 3}, 6, 8, "nearest"), sample({1, 2, 3, 3}, 0, 8, "nearest"), sample({1, 2, 0, 3}, 6, 8, "bilinear"),
     sample({1, 2, 3, 3}, 6, 8, "cubic"), sample({1, 2, 3, 3}, 6, 8, "nearest", true)});

}  // namespace
}  // namespace skew
