// The largest element along an axis and where it is. The larger of two tensors is `maximum`, an element-wise op.
#pragma once
#include <optional>

#include "core/fields.h"
#include "core/kernel.h"
#include "core/tensor.h"
#include "ops/extents.h"

namespace skew {

struct MaxArgs {
  std::optional<ptrdiff_t> axis;  // absent: over all elements, indices count in row-major order
  bool keepdim = false;
  template <class Self, class Visit> static void fields(Self& self, Visit&& visit) {
    visit("axis", self.axis, finite(), "negative: from the back; auto: all elements");
    visit("keepdim", self.keepdim, any_text(), "whether the axis stays with length 1");
  }
};

struct MaxResult {
  Tensor y;
  Tensor indices;  // int64, along the axis; the first on ties, and the first NaN if there is one
};

// The whole gradient goes to the element at `indices`. Throws ShapeError for an axis that x lacks and for one without
// elements.
MaxResult max(const Tensor& x, const MaxArgs& args = {});
Tensor argmax(const Tensor& x, const MaxArgs& args = {});  // int64, no gradient

// ---- slots
inline constinit Kernel<Tensor(const Tensor& x, const Extents&, const Shape& y)> argmax_forward{"argmax_forward"};
// y(o, i) = x(o, indices(o, i), i), and its adjoint.
inline constinit Kernel<Tensor(const Tensor& x, const Tensor& indices, const Extents&)> pick_forward{"pick_forward"};
inline constinit Kernel<Tensor(const Tensor& dy, const Tensor& indices, const Extents&, const Shape& x)> pick_backward{
    "pick_backward"};

}  // namespace skew
