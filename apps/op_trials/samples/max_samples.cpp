// What the ops of ops/max.h are tested with.
#include "apps/op_trials/op_samples.h"

namespace skew {
namespace {

using L = std::vector<double>;

Sample with_axes(Shape x, ArgValue axes, bool keepdim) {
  return {{{"x", x, Fill::apart}}, {{"axes", std::move(axes)}, {"keepdim", keepdim}}};
}

Sample with_axis(Shape x, ArgValue axis, bool keepdim = false) {
  return {{{"x", x, Fill::apart}}, {{"axis", std::move(axis)}, {"keepdim", keepdim}}};
}

const bool max_op_samples =
    register_samples(
        "max",
        {with_axes({3, 4}, nullptr, false), with_axes({3, 4}, nullptr, true), with_axes({3, 4}, L{0}, false),
         with_axes({3, 4}, L{1}, true), with_axes({2, 3, 4, 5}, L{1}, false), with_axes({2, 3, 4, 5}, L{2}, true),
         with_axes({2, 3, 4}, L{-1}, false), with_axes({6}, L{0}, false), with_axes({1, 1}, L{1}, false),
         with_axes({0, 3}, L{1}, false), with_axes({}, nullptr, false), with_axes({2, 1, 3}, L{-2}, true)},
        {with_axes({2, 3}, L{2}, false), with_axes({0, 3}, L{0}, false), with_axes({0}, nullptr, false),
         with_axes({2, 3}, L{0, 1}, false)}) &&
    register_samples(
        "argmax",
        {with_axis({4, 6}, 1.), with_axis({4, 6}, 0.), with_axis({4, 6}, -1., true), with_axis({4, 6}, nullptr),
         with_axis({2, 3, 4}, 1.), with_axis({2, 3, 4}, 0., true), with_axis({2, 3, 4, 5}, 2.), with_axis({7}, 0.),
         with_axis({1, 1}, 0.), with_axis({0, 3}, 1.), with_axis({}, nullptr), with_axis({2, 3}, nullptr, true)},
        {with_axis({2, 3}, 2.), with_axis({0, 3}, 0.), with_axis({0}, nullptr)});

}  // namespace
}  // namespace skew
