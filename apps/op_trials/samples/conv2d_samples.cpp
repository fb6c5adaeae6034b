// What the ops of ops/conv2d.h are tested with.
#include "apps/op_trials/op_samples.h"

namespace skew {
namespace {

Sample conv_sample(Shape x, Shape w, bool bias, Args args, ptrdiff_t out_channels) {
  Sample s{{{"x", x}, {"w", w}}, std::move(args)};
  if (bias) s.inputs.push_back({"b", {out_channels}});
  return s;
}

std::vector<Sample> conv_samples() {
  using L = std::vector<double>;
  auto c = [](Shape x, Shape w, bool bias, L stride = {1, 1}, L pad = {0, 0, 0, 0}, L dilation = {1, 1},
              double groups = 1) {
    return conv_sample(x, w, bias, {{"stride", stride}, {"pad", pad}, {"dilation", dilation}, {"groups", groups}},
                       w[0]);
  };
  return {c({2, 3, 5, 5}, {4, 3, 3, 3}, true, {1, 1}, {1, 1, 1, 1}),
          c({1, 1, 1, 1}, {1, 1, 1, 1}, true),
          c({2, 2, 4, 6}, {3, 2, 1, 1}, false),
          c({1, 3, 7, 7}, {2, 3, 3, 3}, false, {2, 2}, {1, 1, 1, 1}),
          c({1, 2, 6, 5}, {3, 2, 3, 2}, true, {1, 2}, {0, 2, 1, 0}),
          c({1, 2, 7, 8}, {2, 2, 3, 3}, true, {1, 1}, {2, 2, 2, 2}, {2, 2}),
          c({2, 4, 4, 4}, {4, 1, 3, 3}, true, {1, 1}, {1, 1, 1, 1}, {1, 1}, 4),
          c({1, 4, 5, 5}, {6, 2, 2, 2}, false, {2, 1}, {0, 1, 0, 1}, {1, 1}, 2),
          c({1, 2, 3, 3}, {2, 2, 3, 3}, true),
          c({3, 1, 5, 4}, {2, 1, 5, 1}, false, {3, 1}, {2, 2, 0, 0}),
          c({1, 6, 4, 4}, {3, 2, 3, 3}, true, {1, 1}, {1, 1, 1, 1}, {1, 1}, 3),
          c({2, 1, 6, 6}, {1, 1, 2, 2}, true, {2, 2}, {0, 0, 0, 0}, {3, 1}),
          c({0, 2, 4, 4}, {3, 2, 3, 3}, true)};
}

std::vector<Sample> transpose_samples() {
  using L = std::vector<double>;
  auto c = [](Shape x, Shape w, bool bias, L stride, L pad, L output_padding = {0, 0}, L dilation = {1, 1},
              double groups = 1) {
    return conv_sample(x, w, bias,
                       {{"stride", stride},
                        {"pad", pad},
                        {"dilation", dilation},
                        {"groups", groups},
                        {"output_padding", output_padding}},
                       w[1] * ptrdiff_t(groups));
  };
  const L one = {1, 1}, two = {2, 2}, none = {0, 0, 0, 0}, ring = {1, 1, 1, 1};
  return {c({2, 3, 3, 3}, {3, 2, 2, 2}, true, two, none),
          c({1, 2, 4, 3}, {2, 3, 3, 3}, false, one, ring),
          c({1, 1, 1, 1}, {1, 1, 1, 1}, true, one, none),
          c({1, 4, 3, 3}, {4, 1, 3, 3}, true, two, ring, {1, 1}, one, 2),
          c({2, 2, 2, 5}, {2, 2, 3, 2}, true, {2, 1}, none),
          c({1, 2, 3, 3}, {2, 1, 3, 3}, false, one, none, {0, 0}, two),
          c({1, 3, 4, 4}, {3, 1, 2, 2}, true, {3, 3}, none, {2, 1}),
          c({1, 2, 5, 4}, {2, 2, 1, 1}, true, two, none, {1, 0}),
          c({3, 1, 2, 2}, {1, 2, 4, 4}, false, two, ring),
          c({1, 6, 2, 2}, {6, 1, 2, 2}, true, two, none, {0, 0}, one, 6),
          c({1, 2, 3, 4}, {2, 2, 3, 3}, true, {1, 2}, {1, 0, 0, 1}),
          c({2, 1, 3, 3}, {1, 1, 3, 3}, true, two, {1, 0, 1, 0})};
}

const bool conv2d_samples =
    register_samples(
        "conv2d", conv_samples(),
        {{{{"x", {1, 3, 4, 4}}, {"w", {2, 4, 3, 3}}}, {}}, {{{"x", {1, 3, 4, 4}}, {"w", {2, 3, 5, 5}}}, {}}}) &&
    register_samples("conv_transpose2d", transpose_samples(),
                     {{{{"x", {1, 3, 4, 4}}, {"w", {2, 4, 3, 3}}}, {}},
                      {{{"x", {1, 3, 4, 4}}, {"w", {3, 2, 3, 3}}},
                       {{"dilation", std::vector<double>{2, 2}}, {"output_padding", std::vector<double>{1, 1}}}},
                      {{{"x", {1, 3, 4, 4}}, {"w", {3, 2, 3, 3}}},
                       {{"stride", std::vector<double>{1, 2}},
                        {"dilation", std::vector<double>{3, 1}},
                        {"output_padding", std::vector<double>{2, 0}}}}});

}  // namespace
}  // namespace skew
