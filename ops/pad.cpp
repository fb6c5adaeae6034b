// Pad: where each mode reads beyond the ends of an axis, turned into axis tables.
// The kernel is in backends/host/rearrange.cpp.
#include "ops/pad.h"

#include <algorithm>

#include "core/error.h"
#include "core/registry.h"

namespace skew {
namespace {

// Where an index beyond the ends of an axis reads; `i` counts from the first element of x.
ptrdiff_t source(ptrdiff_t i, ptrdiff_t length, PadMode mode) {
  if (i >= 0 && i < length) return i;
  if (mode == PadMode::constant) return -1;
  if (mode == PadMode::replicate) return i < 0 ? 0 : length - 1;
  return i < 0 ? -i : 2 * (length - 1) - i;
}

void pad_axis(Rearrangement& r, const Shape& s, int axis, ptrdiff_t before, ptrdiff_t after, PadMode mode) {
  constexpr ptrdiff_t most = ptrdiff_t(1) << (sizeof(ptrdiff_t) > 4 ? 40 : 28);  // sums of a few do not overflow
  const ptrdiff_t length = s[axis], larger = std::max(before, after);
  if (std::max(std::abs(before), std::abs(after)) > most || length + before + after < 0)
    throw ShapeError(text("pad: expected to keep a length ≥ 0 of ", length, " at axis ", axis, " of ", s, ", got pads ",
                          before, " and ", after));
  if (mode == PadMode::reflect && larger > 0 && larger >= length)
    throw ShapeError(text("pad: expected reflected borders of at most ", length - 1, " at axis ", axis, " of ", s,
                          ", got ", larger));
  if (mode == PadMode::replicate && larger > 0 && length == 0)
    throw ShapeError(text("pad: expected an element to replicate at axis ", axis, " of ", s));
  replace_axis(r, s, axis, length + before + after, [=](ptrdiff_t i) { return source(i - before, length, mode); });
}

const bool pad_registered =
    register_op({.name = "pad",
                 .doc = "A border of constants, mirrored or repeated elements; negative widths crop.",
                 .formula = "y[i] = x[i − before], constant, mirrored or nearest element outside",
                 .source = "PyTorch, torch.nn.functional.pad",
                 .back = {{"x", "g at the places that show x"}},
                 .arguments = field_list(PadArgs{}),
                 .slots = {&rearrange_forward, &rearrange_backward},
                 .run = [](const NamedTensors& in, const Args& args) -> NamedTensors {
                   return {{"y", pad(input(in, "x", "pad"), args.read<PadArgs>("pad"))}};
                 }});

}  // namespace

Tensor pad(const Tensor& x, const PadArgs& args) {
  const Shape& s = x.shape();
  if (args.pads.size() % 2 || ptrdiff_t(args.pads.size()) > 2 * s.rank())
    throw ValueError(text("pad: expected pads as pairs (before, after), at most ", s.rank(), " for ", s, ", got ",
                          args.pads.size(), " numbers"));
  Rearrangement r = unchanged(s);
  r.value = args.value;
  for (size_t k = 0; k < args.pads.size() / 2; ++k)
    pad_axis(r, s, s.rank() - 1 - int(k), args.pads[2 * k], args.pads[2 * k + 1], args.mode);
  return rearrange("pad", x, std::move(r));
}

}  // namespace skew
