// Convolution of images (cross-correlation, as everywhere in the field). The file to read first in ops/: every op has
// these four parts: arguments, a function, the slots a device fills, and a row in the registry (in the .cpp).
// Next: backends/reference/conv2d.cpp (the definition as loops), backends/cpu/conv2d.cpp (the same through oneDNN).
#pragma once
#include "core/kernel.h"
#include "core/tensor.h"
#include "ops/window.h"

namespace skew {

struct Conv2dArgs {
  Pair kernel = 0;  // height and width, which the weights must have; 0: whatever they have
  Pair stride = 1;
  Pads padding = 0;
  Pair dilation = 1;
  ptrdiff_t groups = 1;
  bool bias = true;  // false: b counts as undefined

  template <class Self, class Visit> static void fields(Self& self, Visit&& visit) {
    visit("kernel", self.kernel, at_least(0), "height and width of the weights");
    visit("stride", self.stride, at_least(1), "step of the window");
    visit("pad", self.padding, at_least(0), "zeros above, below, left and right");
    visit("dilation", self.dilation, at_least(1), "step between the weights");
    visit("groups", self.groups, at_least(1), "parts of the channels that do not mix");
    visit("bias", self.bias, any_text(), "whether b is added");
  }
};

// y[n,o,i,j] = b[o] + Σ_{c,p,q} x[n, c, i·stride + p·dilation − top, j·stride + q·dilation − left] · w[o,c,p,q],
// c over the C/groups channels of o's group, x = 0 outside the image. Whether an infinite or NaN weight meets such a 0
// (and makes NaN of it) or skips it is up to the device, in both directions.
//   x (N, C, H, W)   w (C_out, C/groups, kh, kw)   b (C_out) or undefined   →   y (N, C_out, H_out, W_out)
// Throws ShapeError or ValueError when lengths do not fit, the kernel exceeds the padded image, a stride is 0.
Tensor conv2d(const Tensor& x, const Tensor& w, const Tensor& b = {}, const Conv2dArgs& args = {});

// The adjoint with respect to x: x (N, C_in, H, W), w (C_in, C_out/groups, kh, kw) → y (N, C_out, H', W') with
// H' = (H−1)·stride − top − bottom + dilation·(kh−1) + 1 + output_padding.
Tensor conv_transpose2d(const Tensor& x, const Tensor& w, const Tensor& b = {}, const Conv2dArgs& args = {},
                        Pair output_padding = 0);

Shape conv2d_shape(const Shape& x, const Shape& w, const Conv2dArgs& args);

// ---- slots
struct ConvWeightGradients {
  Tensor dw, db;  // db undefined unless asked for
};
inline constinit Kernel<Tensor(const Tensor& x, const Tensor& w, const Tensor& b, const Conv2dArgs&)> conv2d_forward{
    "conv2d_forward"};
inline constinit Kernel<Tensor(const Tensor& dy, const Tensor& w, const Shape& x, const Conv2dArgs&)>
    conv2d_backward_data{"conv2d_backward_data"};
// dw comes in w's layout.
inline constinit Kernel<ConvWeightGradients(const Tensor& dy, const Tensor& x, const Tensor& w, const Conv2dArgs&,
                                            bool bias)>
    conv2d_backward_weights{"conv2d_backward_weights"};

}  // namespace skew
