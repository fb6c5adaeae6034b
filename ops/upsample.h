// Enlarging (or shrinking) images by interpolation between pixels, without antialiasing. Learned upsampling:
// conv_transpose2d in ops/conv2d.h.
#pragma once
#include <array>

#include "core/kernel.h"
#include "core/tensor.h"
#include "ops/window.h"

namespace skew {

enum class Interpolation { nearest, bilinear };
constexpr std::array<const char*, 2> words_of(Interpolation) { return {"nearest", "bilinear"}; }

struct UpsampleArgs {
  Pair output;  // height and width
  Interpolation mode = Interpolation::nearest;
  bool align_corners = false;  // bilinear: the corner pixels' centres coincide; otherwise the images' edges do
  template <class Self, class Visit> static void fields(Self& self, Visit&& visit) {
    visit("output", self.output, at_least(1), "height and width of the result");
    visit("mode", self.mode, any_text(), "nearest pixel, or weighted mean of four");
    visit("align_corners", self.align_corners, any_text(), "whether the corner pixels' centres coincide");
  }
};

// x (N, C, H, W) → y (N, C, output.h, output.w). nearest: y[i] = x[⌊i·H/output.h⌋]. bilinear: between the two pixels
// around i·(H−1)/(output.h−1) with aligned corners, otherwise around max(0, (i + ½)·H/output.h − ½). Throws ShapeError
// for another rank or an empty image, ValueError for an output < 1 or aligned corners with nearest.
Tensor upsample(const Tensor& x, const UpsampleArgs& args);

// ---- slots, bilinear; nearest is a rearrangement
inline constinit Kernel<Tensor(const Tensor& x, const UpsampleArgs&)> bilinear_forward{"bilinear_forward"};
inline constinit Kernel<Tensor(const Tensor& dy, const Shape& x, const UpsampleArgs&)> bilinear_backward{
    "bilinear_backward"};

}  // namespace skew
