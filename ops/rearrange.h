// Results whose elements are elements of x at other places, where the place can be said axis by axis: permuting,
// slicing, flipping, rolling, padding, stretching, repeating. One pair of kernels serves them all.
// Not here: places given by a tensor of indices (ops/gather.h). Read next: ops/permute.cpp, the shortest user.
#pragma once
#include <functional>
#include <vector>

#include "core/kernel.h"
#include "core/tensor.h"

namespace skew {

// y[i₀, i₁, …] = x at row-major offset from[0][i₀] + from[1][i₁] + …; −1 in a table means that x has no element there
// and y is `value`. Each table moves along one axis of x (or along none: all zeros), different tables along different
// axes.
struct Rearrangement {
  Shape shape;  // of the result
  std::vector<std::vector<ptrdiff_t>> from;
  double value = 0;
};

// The table of an axis of the result with `length` indices of which i reads index source(i) of x's `axis` (−1: none).
std::vector<ptrdiff_t> axis_table(const Shape& x, int axis, ptrdiff_t length,
                                  const std::function<ptrdiff_t(ptrdiff_t)>& source);
// y = x, to start from: ops then replace some of the tables.
Rearrangement unchanged(const Shape& x);
// Replaces one axis: its length and where it reads.
void replace_axis(Rearrangement& r, const Shape& x, int axis, ptrdiff_t length,
                  const std::function<ptrdiff_t(ptrdiff_t)>& source);

// Applies it to x under the name of the op that composed it (a literal). Any number type.
Tensor rearrange(const char* op, const Tensor& x, Rearrangement r);

// ---- slots
inline constinit Kernel<Tensor(const Tensor& x, const Rearrangement&)> rearrange_forward{"rearrange_forward"};
// The adjoint: dx (of shape `x`) is the sum of all dy that read it, 0 where nobody did.
inline constinit Kernel<Tensor(const Tensor& dy, const Rearrangement&, const Shape& x)> rearrange_backward{
    "rearrange_backward"};

}  // namespace skew
