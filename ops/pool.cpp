// Sizes of pooled images, and what is refused.
#include "ops/pool.h"

#include "core/error.h"

namespace skew {
namespace {

// Positions of a window along one axis, `pad` on both sides.
ptrdiff_t positions(const char* op, ptrdiff_t length, ptrdiff_t kernel, ptrdiff_t stride, ptrdiff_t pad,
                    ptrdiff_t dilation, bool ceil_mode) {
  if (length < 1) throw ShapeError(text(op, ": expected an image of at least 1×1, got a side of ", length));
  const ptrdiff_t whole = window_positions(op, length, kernel, stride, pad, pad, dilation);
  const ptrdiff_t span = dilation * (kernel - 1) + 1;
  if (2 * pad > span)
    throw ValueError(text(op, ": expected padding of at most half the kernel, got ", pad, " for a kernel of ", span));
  const bool rest = (length + 2 * pad - span) % stride != 0;
  const ptrdiff_t all = ceil_mode && rest && whole * stride < length + pad ? whole + 1 : whole;
  if (dilation == 1 || pad == 0) return all;
  for (ptrdiff_t i = 0; i < all; ++i) {  // a dilated window can straddle a small image
    const ptrdiff_t start = i * stride - pad, first = start < 0 ? (dilation - -start % dilation) % dilation : start;
    if (first >= length || first > start + span - 1)
      throw ShapeError(text(op, ": expected every window to touch the image of side ", length, ", number ", i,
                            " lies in the padding; use less padding or dilation"));
  }
  return all;
}

}  // namespace

Shape pool_shape(const char* op, const Shape& x, const PoolArgs& a) {
  if (x.rank() != 4) throw ShapeError(text(op, ": expected x of rank 4 (N, C, H, W), got ", x));
  return {x[0], x[1], positions(op, x[2], a.kernel.h, a.stride.h, a.padding.h, a.dilation.h, a.ceil_mode),
          positions(op, x[3], a.kernel.w, a.stride.w, a.padding.w, a.dilation.w, a.ceil_mode)};
}

PoolArgs whole_image(const char* op, const Shape& x) {
  if (x.rank() != 4 || x[2] < 1 || x[3] < 1)
    throw ShapeError(text(op, ": expected x (N, C, H, W) with an image of at least 1×1, got ", x));
  return {.kernel = {x[2], x[3]}, .stride = 1};
}

PoolArgs pool_args(const Args& args, const char* op) {
  if (!args.has("kernel")) throw ValueError(text(op, ": expected an argument kernel = [height, width], got none"));
  const Pair kernel = pair_of(args, "kernel", op, 1);
  return {.kernel = kernel,
          .stride = pair_of(args, "stride", op, kernel),
          .padding = pair_of(args, "padding", op, 0),
          .dilation = pair_of(args, "dilation", op, 1),
          .ceil_mode = args.flag("ceil_mode", false),
          .count_include_pad = args.flag("count_include_pad", true)};
}

}  // namespace skew
