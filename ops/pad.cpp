// Pad: where each mode reads beyond the ends of an axis, turned into axis tables.
// The kernel is in backends/host/rearrange.cpp.
#include "ops/pad.h"

#include <algorithm>

#include "core/error.h"
#include "core/registry.h"

namespace skew {
namespace {

PadMode parse_mode(const std::string& word) {
  if (word == "constant") return PadMode::constant;
  if (word == "reflect") return PadMode::reflect;
  if (word == "replicate") return PadMode::replicate;
  throw ValueError(text("pad: ", unknown_word("mode", word, {"constant", "reflect", "replicate"})));
}

// Where an index beyond the ends of an axis reads; `i` counts from the first element of x.
ptrdiff_t source(ptrdiff_t i, ptrdiff_t length, PadMode mode) {
  if (i >= 0 && i < length) return i;
  if (mode == PadMode::constant) return -1;
  if (mode == PadMode::replicate) return i < 0 ? 0 : length - 1;
  return i < 0 ? -i : 2 * (length - 1) - i;
}

void pad_axis(Rearrangement& r, const Shape& s, int axis, ptrdiff_t before, ptrdiff_t after, PadMode mode) {
  constexpr ptrdiff_t most = ptrdiff_t(1) << 40;
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

Sample sample(Shape x, std::vector<double> pads, const char* mode = "constant", double value = 0) {
  return {{{"x", x}}, {{"pads", std::move(pads)}, {"mode", std::string(mode)}, {"value", value}}};
}

const bool rows = register_op(
    {.name = "pad",
     .doc = "A border of constants, mirrored or repeated elements; negative widths crop.",
     .formula = "y[i] = x[i − before], constant, mirrored or nearest element outside",
     .source = "PyTorch, torch.nn.functional.pad",
     .slots = {&rearrange_forward, &rearrange_backward},
     .differentiable = {"x"},
     .run = [](const NamedTensors& in, const Args& args) -> NamedTensors {
       args.only("pad", {"pads", "mode", "value"});
       return {{"y", pad(input(in, "x", "pad"), {.pads = args.integers("pads", {}),
                                                 .mode = parse_mode(args.word("mode", "constant")),
                                                 .value = args.number("value", 0)})}};
     },
     .samples = {sample({2, 3, 4, 4}, {1, 2, 0, 1}), sample({2, 3, 4, 4}, {1, 1, 1, 1}, "constant", -1.5),
                 sample({2, 3, 5}, {2, 0}, "constant", 3), sample({1, 2, 5, 5}, {-1, -2, 1, 0}), sample({4}, {0, 0}),
                 sample({4}, {-2, -2}), sample({1, 1}, {1, 0, 0, 1}), sample({0, 2}, {0, 0, 1, 1}), sample({3}, {}),
                 sample({1, 2, 4, 5}, {2, 1, 1, 3}, "reflect"), sample({1, 2, 3, 3}, {2, 2, 1, 0}, "replicate"),
                 sample({5}, {4, 4}, "reflect"), sample({2, 1}, {3, 2}, "replicate"), sample({6}, {2, -3}, "reflect"),
                 sample({2, 2, 2}, {1, 0, 0, 1, 1, 1})},
     .refused = {sample({4}, {1}), sample({4}, {1, 1, 1, 1}), sample({4}, {-3, -2}), sample({4}, {4, 0}, "reflect"),
                 sample({0}, {1, 0}, "replicate"), sample({4}, {1, 1}, "wrap")}});

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
