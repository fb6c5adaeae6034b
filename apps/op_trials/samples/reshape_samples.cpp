// What the ops of ops/reshape.h are tested with.
#include "apps/op_trials/op_samples.h"

namespace skew {
namespace {

using L = std::vector<double>;
Sample to_shape(Shape x, L shape) { return {{{"x", x}}, {{"shape", std::move(shape)}}}; }
Sample at_axis(Shape x, const char* name, double axis) { return {{{"x", x}}, {{name, axis}}}; }
std::vector<Sample> at_axes(const char* name, std::vector<std::pair<Shape, double>> list) {
  std::vector<Sample> samples;
  for (const auto& [shape, axis] : list) samples.push_back(at_axis(shape, name, axis));
  return samples;
}

const bool reshape_samples =
    register_samples("reshape",
                     {to_shape({2, 3, 4}, {6, 4}), to_shape({2, 3, 4}, {2, -1}), to_shape({6}, {1, 2, 3, 1}),
                      to_shape({1}, {}), to_shape({}, {1, 1}), to_shape({0, 4}, {2, 0, 2}), to_shape({0, 4}, {-1, 4}),
                      to_shape({2, 8, 3, 3}, {2, 2, 4, 3, 3}), to_shape({4, 4}, {-1}), to_shape({4, 4}, {4, 4}),
                      to_shape({1, 1, 1}, {1}), to_shape({}, {-1})},
                     {to_shape({2, 3}, {4, 2}), to_shape({2, 3}, {-1, -1}), to_shape({2, 3}, {-1, 4}),
                      to_shape({0, 3}, {0, -1}), to_shape({2, 3}, {-2, -3})}) &&
    register_samples("flatten",
                     at_axes("start_axis", {{{2, 3, 4, 2}, 1},
                                            {{2, 3, 4}, 0},
                                            {{2, 3, 4}, 2},
                                            {{2, 3, 4}, -2},
                                            {{5}, 0},
                                            {{1, 1}, 1},
                                            {{}, 0},
                                            {{0, 3, 2}, 1},
                                            {{2, 0}, 0},
                                            {{2, 3}, 1},
                                            {{1, 2, 1, 3}, 1},
                                            {{2, 2, 2, 2, 2}, 3}}),
                     at_axes("start_axis", {{{2, 3}, 2}, {{2, 3}, -3}})) &&
    register_samples("squeeze",
                     at_axes("axis", {{{2, 1, 3}, 1},
                                      {{1}, 0},
                                      {{1, 1}, 0},
                                      {{1, 3}, 0},
                                      {{3, 1}, -1},
                                      {{3, 1}, 1},
                                      {{1, 0}, 0},
                                      {{0, 1}, 1},
                                      {{2, 3, 1, 1}, 2},
                                      {{2, 3, 1, 1}, -1},
                                      {{1, 2, 3, 4}, 0},
                                      {{1, 2, 3, 4}, -4}}),
                     at_axes("axis", {{{2, 1, 3}, 0}, {{1}, 1}, {{}, 0}})) &&
    register_samples("unsqueeze",
                     at_axes("axis", {{{2, 3}, -1},
                                      {{2, 3}, 0},
                                      {{2, 3}, 1},
                                      {{2, 3}, 2},
                                      {{2, 3}, -2},
                                      {{2, 3}, -3},
                                      {{}, 0},
                                      {{}, -1},
                                      {{1}, 0},
                                      {{0, 2}, 1},
                                      {{2, 0}, -1},
                                      {{2, 3, 4, 5}, 2}}),
                     at_axes("axis", {{{2, 3}, 3}, {{2, 3}, -4}, {{1, 1, 1, 1, 1, 1, 1, 1}, 0}}));

}  // namespace
}  // namespace skew
