// Pooling: the largest value or the mean of each window, of a size that fits a wanted output, or of the whole image.
// Read next: backends/reference/max_pool.cpp and avg_pool.cpp.
#pragma once
#include <any>

#include "core/kernel.h"
#include "core/tensor.h"
#include "ops/window.h"

namespace skew {

struct PoolArgs {
  Pair kernel;
  Pair stride = kernel;
  Pair padding = 0;               // on both sides, at most half the kernel
  Pair dilation = 1;              // max_pool only
  bool ceil_mode = false;         // round the number of windows up; one that would start behind the image is dropped
  bool count_include_pad = true;  // avg_pool only

  template <class Self, class Visit> static void fields(Self& self, Visit&& visit) {
    visit("kernel", self.kernel, at_least(1), "height and width of a window");
    visit("stride", self.stride, at_least(1), "step of the window; the kernel unless given");
    visit("padding", self.padding, at_least(0), "on both sides, at most half the kernel");
    visit("dilation", self.dilation, at_least(1), "step between the elements of a window, max_pool only");
    visit("ceil_mode", self.ceil_mode, any_text(), "whether the number of windows is rounded up");
    visit("count_include_pad", self.count_include_pad, any_text(), "whether padding counts, avg_pool only");
  }
};

// y[n,c,i,j] = max over p, q of x[n, c, i·stride + p·dilation − padding, …], inside the image: padding never wins.
// The gradient goes to the first maximum in row order. x (N, C, H, W) → (N, C, H_out, W_out), see pool_shape.
Tensor max_pool(const Tensor& x, const PoolArgs& args);

// y[n,c,i,j] = Σ x over the window / d, with x = 0 in the padding. d counts the window's elements: those inside the
// padded image, or with count_include_pad = false those inside the image. No dilation. Shapes as max_pool.
Tensor avg_pool(const Tensor& x, const PoolArgs& args);

// As many windows as wanted: number i of o spans rows [⌊i·H/o⌋, ⌈(i+1)·H/o⌉), columns alike.
// x (N, C, H, W) → (N, C, output). Throws ValueError unless output ≥ 1, ShapeError on an empty image.
Tensor adaptive_avg_pool(const Tensor& x, Pair output);

// The largest value and the mean of each channel: (N, C, H, W) → (N, C). Throw ShapeError on an empty image.
Tensor global_max_pool(const Tensor& x);
Tensor global_avg_pool(const Tensor& x);

// (N, C, H, W) → (N, C, H_out, W_out). Throws ShapeError or ValueError naming `op`; also when a window would lie in the
// padding altogether.
Shape pool_shape(const char* op, const Shape& x, const PoolArgs& args);

// ---- slots
struct MaxPoolResult {
  Tensor y;
  std::any workspace;  // where each maximum was; empty unless recording
};
inline constinit Kernel<MaxPoolResult(const Tensor& x, const PoolArgs&, bool recording)> max_pool_forward{
    "max_pool_forward"};
inline constinit Kernel<Tensor(const Tensor& dy, const Tensor& x, const std::any& workspace, const PoolArgs&)>
    max_pool_backward{"max_pool_backward"};
inline constinit Kernel<Tensor(const Tensor& x, const PoolArgs&)> avg_pool_forward{"avg_pool_forward"};
inline constinit Kernel<Tensor(const Tensor& dy, const Shape& x, const PoolArgs&)> avg_pool_backward{
    "avg_pool_backward"};
// Row-major only.
inline constinit Kernel<Tensor(const Tensor& x, Pair output)> adaptive_avg_pool_forward{"adaptive_avg_pool_forward"};
inline constinit Kernel<Tensor(const Tensor& dy, const Shape& x, Pair output)> adaptive_avg_pool_backward{
    "adaptive_avg_pool_backward"};

}  // namespace skew
