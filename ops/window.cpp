// How many places a window has along an axis; its arguments as text.
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

void set_field(FieldName what, Pair& value, const std::string& list, const Range& range) {
  std::vector<ptrdiff_t> v;
  set_field(what, v, list, range);
  if (v.empty() || v.size() > 2)
    throw ValueError(text(what, " must be [height, width] or one number for both, got ", v.size(), " numbers"));
  value = {v.front(), v.back()};
}

void set_field(FieldName what, Pads& value, const std::string& list, const Range& range) {
  std::vector<ptrdiff_t> v;
  set_field(what, v, list, range);
  if (v.size() != 1 && v.size() != 4)
    throw ValueError(
        text(what, " must be [top, bottom, left, right] or one number for all, got ", v.size(), " numbers"));
  value = v.size() == 1 ? Pads(v[0]) : Pads(v[0], v[1], v[2], v[3]);
}

void check_field(FieldName what, const Pair& value, const Range& range) {
  for (const ptrdiff_t v : {value.h, value.w}) check_field(what, v, range);
}

void check_field(FieldName what, const Pads& value, const Range& range) {
  for (const ptrdiff_t v : {value.top, value.bottom, value.left, value.right}) check_field(what, v, range);
}

std::string field_text(const Pair& value) { return text(value.h, ',', value.w); }
std::string field_text(const Pads& value) {
  return text(value.top, ',', value.bottom, ',', value.left, ',', value.right);
}

}  // namespace skew
