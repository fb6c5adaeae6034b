// How many places a window has along an axis.
#include "ops/window.h"

#include "core/error.h"

namespace skew {

ptrdiff_t window_positions(const char* op, ptrdiff_t length, ptrdiff_t kernel, ptrdiff_t stride, ptrdiff_t before,
                           ptrdiff_t after, ptrdiff_t dilation) {
  constexpr ptrdiff_t most = ptrdiff_t(1) << 30;
  for (const ptrdiff_t v : {kernel, stride, dilation})
    if (v < 1 || v > most)
      throw ValueError(
          text(op, ": expected kernel, stride and dilation ≥ 1, got ", kernel, ", ", stride, ", ", dilation));
  if (before < 0 || after < 0 || before > most || after > most)
    throw ValueError(text(op, ": expected padding ≥ 0, got ", before, " and ", after));
  const ptrdiff_t span = dilation * (kernel - 1) + 1, padded = length + before + after;
  if (span > padded)
    throw ShapeError(text(op, ": expected a window of at most ", padded, " (the padded image), got ", span,
                          "; use a smaller kernel, more padding or a larger image"));
  return (padded - span) / stride + 1;
}

Pair pair_of(const Args& args, const char* name, const char* op, Pair otherwise) {
  const auto list = args.integers(name, {otherwise.h, otherwise.w});
  if (list.empty() || list.size() > 2)
    throw ValueError(text(op, ": expected ", name, " = [height, width], got ", list.size(), " numbers"));
  return {list.front(), list.back()};
}

Pads pads_of(const Args& args, const char* name, const char* op) {
  const auto list = args.integers(name, {0, 0, 0, 0});
  if (list.size() != 4)
    throw ValueError(text(op, ": expected ", name, " = [top, bottom, left, right], got ", list.size(), " numbers"));
  return {list[0], list[1], list[2], list[3]};
}

}  // namespace skew
