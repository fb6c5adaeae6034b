// Flip and roll: axis tables that run backwards, or in a circle.
// The kernel behind both is in backends/host/rearrange.cpp.
#include "ops/flip.h"

#include <algorithm>

#include "core/error.h"
#include "core/registry.h"

namespace skew {
namespace {

using L = std::vector<double>;
Sample flip_sample(Shape x, L axes) { return {{{"x", x}}, {{"axes", std::move(axes)}}}; }
Sample roll_sample(Shape x, double shift, double axis) { return {{{"x", x}}, {{"shift", shift}, {"axis", axis}}}; }

const bool rows = [] {
  register_op({.name = "flip",
               .doc = "The elements along some axes in reverse order.",
               .formula = "y[i] = x[length − 1 − i]",
               .source = "NumPy, flip",
               .slots = {&rearrange_forward, &rearrange_backward},
               .differentiable = {"x"},
               .run = [](const NamedTensors& in, const Args& args) -> NamedTensors {
                 args.only("flip", {"axes"});
                 return {{"y", flip(input(in, "x", "flip"), args.integers("axes", {}))}};
               },
               .samples = {flip_sample({4}, {0}), flip_sample({2, 4}, {1}), flip_sample({2, 4}, {0}),
                           flip_sample({2, 4}, {0, 1}), flip_sample({2, 3, 4}, {-1}), flip_sample({2, 3, 4}, {0, 2}),
                           flip_sample({2, 3, 4, 5}, {2, 3}), flip_sample({1, 1}, {0}), flip_sample({0, 3}, {1}),
                           flip_sample({3, 0}, {1}), flip_sample({3, 2}, {}), flip_sample({2, 1, 5}, {1, -1})},
               .refused = {flip_sample({2, 3}, {2}), flip_sample({2, 3}, {0, -2}), flip_sample({}, {0})}});
  register_op({.name = "roll",
               .doc = "The elements along an axis shifted in a circle.",
               .formula = "y[i] = x[(i − shift) mod length]",
               .source = "NumPy, roll",
               .slots = {&rearrange_forward, &rearrange_backward},
               .differentiable = {"x"},
               .run = [](const NamedTensors& in, const Args& args) -> NamedTensors {
                 args.only("roll", {"shift", "axis"});
                 return {{"y", roll(input(in, "x", "roll"), args.integer("shift", 0), args.integer("axis", 0))}};
               },
               .samples = {roll_sample({5}, 2, 0), roll_sample({2, 5}, 2, 1), roll_sample({2, 5}, -1, 1),
                           roll_sample({2, 5}, 1, 0), roll_sample({2, 5}, 0, 0), roll_sample({2, 5}, 5, 1),
                           roll_sample({2, 5}, 13, 1), roll_sample({2, 5}, -13, -1), roll_sample({1}, 3, 0),
                           roll_sample({0, 2}, 1, 0), roll_sample({2, 3, 4, 2}, 2, 2), roll_sample({3, 2, 2}, 1, -3)},
               .refused = {roll_sample({2, 3}, 1, 2), roll_sample({}, 1, 0)}});
  return true;
}();

}  // namespace

Tensor flip(const Tensor& x, const std::vector<ptrdiff_t>& axes) {
  const Shape& s = x.shape();
  Rearrangement r = unchanged(s);
  std::vector<int> seen;
  for (const ptrdiff_t given : axes) {
    const int axis = s.axis(given, "flip");
    if (std::count(seen.begin(), seen.end(), axis))
      throw ShapeError(text("flip: expected different axes of ", s, ", got ", given, " twice"));
    seen.push_back(axis);
    const ptrdiff_t length = s[axis];
    replace_axis(r, s, axis, length, [length](ptrdiff_t i) { return length - 1 - i; });
  }
  return rearrange("flip", x, std::move(r));
}

Tensor roll(const Tensor& x, ptrdiff_t shift, ptrdiff_t given) {
  const Shape& s = x.shape();
  const int axis = s.axis(given, "roll");
  const ptrdiff_t length = s[axis], back = length == 0 ? 0 : length - (shift % length + length) % length;
  Rearrangement r = unchanged(s);
  replace_axis(r, s, axis, length, [=](ptrdiff_t i) { return (i + back) % length; });
  return rearrange("roll", x, std::move(r));
}

}  // namespace skew
