// Joining tensors: along an axis they have (concat) or along a new one (stack).
#pragma once
#include "core/kernel.h"
#include "core/tensor.h"

namespace skew {

// All tensors one after the other along `axis`; their other lengths agree. Throws ShapeError where they do not,
// DtypeError for different number types, ValueError for no tensors.
Tensor concat(const Tensors& xs, ptrdiff_t axis);
// Tensors of one shape along a new axis before `axis` (−1: at the end).
Tensor stack(const Tensors& xs, ptrdiff_t axis);

// ---- slots. Every tensor and the result are read as `outer` blocks: tensor k gives the k-th part of each block.
inline constinit Kernel<Tensor(Inputs xs, ptrdiff_t outer, const Shape& y)> concat_forward{"concat_forward"};
// dxs with these shapes; undefined where `needs` is false.
inline constinit Kernel<Tensors(const Tensor& dy, ptrdiff_t outer, const std::vector<Shape>& shapes,
                                const std::vector<bool>& needs)>
    concat_backward{"concat_backward"};

}  // namespace skew
