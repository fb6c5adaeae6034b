// Convolution through cuDNN: everything in channels_last order, a plan a problem, kept. Where cuDNN has none that the
// rules allow, and where memory for its workspace cannot be had, a product of matrices (im2col.h).
#include "backends/cuda/conv2d.h"

#include "backends/cuda/convolution_plans.h"
#include "backends/cuda/each.cuh"
#include "backends/cuda/im2col.h"
#include "backends/cuda/precision.h"
#include "backends/cuda/reduce.cuh"
#include "core/stats.h"

namespace skew::gpu {
namespace {

const Layout nhwc = Layout::channels_last();

// True if cuDNN did it.
bool run_plan(dnn::Direction direction, const Tensor& x, const Tensor& w, const Tensor& y, const Conv2dArgs& a) {
  if (convolution_mode().by_gemm) return false;
  return compute_by_plan(problem_of(direction, x.shape(), w.shape(), a, tf32_allowed), read(x), read(w), read(y));
}

// ---- weights
// w in channels_last order. A parameter takes it over for good, so that this costs one copy in a training.
Tensor ordered_weights(const Tensor& w) {
  if (w.layout() == nhwc) return w;
  Tensor ordered = w.to(nhwc);
  --stats().reorders;  // one of weights instead
  ++stats().weight_reorders;
  if (w.requires_grad() && !w.node() && w.storage().use_count() == 1) Tensor(w).adopt(ordered);
  return ordered;
}

// ---- the bias
void add_bias(const Tensor& b, const Tensor& y) {
  const ptrdiff_t channels = y.shape()[1];
  const float* const bs = read(b);
  float* const ys = fill(y);
  each("conv2d", y.count(), [=] __device__(ptrdiff_t i) { ys[i] += bs[i % channels]; });
}
Tensor bias_gradient(const Tensor& dy) {
  const ptrdiff_t channels = dy.shape()[1], pixels = channels ? dy.count() / channels : 0;
  Tensor db = Tensor::empty({channels}, dy.dtype(), dy.device());
  const float* const dys = read(dy);
  float* const dbs = fill(db);
  reduce(
      "conv2d", channels, pixels, Neighbours::lines, 0.0,
      [=] __device__(ptrdiff_t c, ptrdiff_t j) { return double(dys[j * channels + c]); },
      [=] __device__(ptrdiff_t c, double sum) { dbs[c] = float(sum); });
  return db;
}

// ---- the three directions
Tensor forward(const Tensor& input, const Tensor& weight, const Tensor& b, const Conv2dArgs& args) {
  const Shape shape = conv2d_shape(input.shape(), weight.shape(), args);
  if (shape.count() == 0 || input.count() == 0) {
    const Tensor y = Tensor::zeros(shape, input.dtype(), input.device()).to(nhwc);
    if (b.defined() && shape.count()) add_bias(b, y);
    return y;
  }
  const Tensor x = input.to(nhwc), w = ordered_weights(weight);
  const Tensor y = Tensor::empty(shape, x.dtype(), x.device(), nhwc);
  if (!run_plan(dnn::Direction::forward, x, w, y, args)) multiply_forward(x, w, y, args);
  if (b.defined()) add_bias(b, y);
  return y;
}

Tensor backward_data(const Tensor& upstream, const Tensor& weight, const Shape& image, const Conv2dArgs& args) {
  if (image.count() == 0 || upstream.count() == 0) return Tensor::zeros(image, upstream.dtype(), upstream.device());
  const Tensor dy = upstream.to(nhwc), w = ordered_weights(weight);
  const Tensor dx = Tensor::empty(image, dy.dtype(), dy.device(), nhwc);
  if (!run_plan(dnn::Direction::data, dx, w, dy, args)) multiply_to_data(dx, w, dy, args);
  return dx;
}

ConvWeightGradients backward_weights(const Tensor& upstream, const Tensor& input, const Tensor& w,
                                     const Conv2dArgs& args, bool bias) {
  const Tensor dy = upstream.to(nhwc);
  const Tensor db = bias ? bias_gradient(dy) : Tensor();
  if (input.count() == 0 || dy.count() == 0 || w.count() == 0)
    return {Tensor::zeros(w.shape(), w.dtype(), w.device()).to(w.layout()), db};
  const Tensor x = input.to(nhwc), dw = Tensor::empty(w.shape(), w.dtype(), w.device(), nhwc);
  if (!run_plan(dnn::Direction::weights, x, dw, dy, args)) multiply_to_weights(x, dw, dy, args);
  return {dw.to(w.layout()), db};
}

const bool filled = on_cuda(conv2d_forward, forward) && on_cuda(conv2d_backward_data, backward_data) &&
                    on_cuda(conv2d_backward_weights, backward_weights);

}  // namespace
}  // namespace skew::gpu
