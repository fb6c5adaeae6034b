// Adding a border to a tensor, or cropping one off.
#pragma once
#include <array>

#include "core/fields.h"
#include "core/tensor.h"
#include "ops/rearrange.h"

namespace skew {

enum class PadMode {
  constant,   // PadArgs::value
  reflect,    // mirrored without the edge: c b | a b c | b a; at most length − 1
  replicate,  // the edge again: a a | a b c | c c
};
constexpr std::array<const char*, 3> words_of(PadMode) { return {"constant", "reflect", "replicate"}; }

struct PadArgs {
  // Last axis before, after, then the axis before it, …: at most two numbers an axis. Negative values crop.
  std::vector<ptrdiff_t> pads{};
  PadMode mode = PadMode::constant;
  double value = 0;
  template <class Self, class Visit> static void fields(Self& self, Visit&& visit) {
    visit("pads", self.pads, finite(), "last axis before, after, then the axis before it; negative: cropped");
    visit("mode", self.mode, any_text(), "what stands in the border");
    visit("value", self.value, finite(), "of mode constant");
  }
};

// Throws ValueError for an odd number of pads, ShapeError when more is cropped than there is, or when reflect or
// replicate has nothing to repeat.
Tensor pad(const Tensor& x, const PadArgs& args);

}  // namespace skew
