// Convolution through cuDNN: everything in channels_last order, a plan a problem, kept. Where cuDNN has none that the
// rules allow, and where memory for its workspace cannot be had, a product of matrices (im2col.h).
#include "backends/cuda/conv2d.h"

#include <cstdlib>
#include <map>
#include <mutex>
#include <optional>

#include "backends/cuda/each.cuh"
#include "backends/cuda/im2col.h"
#include "backends/cuda/plan_cache.h"
#include "backends/cuda/reduce.cuh"
#include "core/stats.h"

namespace skew::gpu {
namespace {

const Layout nhwc = Layout::channels_last();

// ---- plans
struct Plans {
  std::mutex mutex;
  cudnnHandle_t handle = nullptr;
  dnn::Descriptor device = dnn::device_properties(0);
  std::map<dnn::Problem, std::optional<dnn::Plan>> found;  // nothing: there is none
  dnn::PlanCache on_disk{dnn::plan_cache_path()};
  bool saves_at_exit = false;

  Plans() {
    dnn::check(cudnnCreate(&handle), "a handle");
    dnn::check(cudnnSetStream(handle, stream()), "the stream");
  }
};
Plans& plans() {
  static Plans* const made = new Plans;  // never destroyed: the driver may be gone at the end of a program
  return *made;
}

std::optional<dnn::Plan> plan_within(const dnn::Problem& problem, int64_t workspace) {
  try {
    return dnn::Planner(problem, plans().device).first(workspace);
  } catch (const DeviceError&) {
    return std::nullopt;
  }
}

// As an earlier program found it, or found now and kept for a later one. plans().mutex is held.
std::optional<dnn::Plan> first_plan(const dnn::Problem& problem, int64_t workspace) {
  Plans& all = plans();
  const dnn::PlanKey key = dnn::key_of(problem, all.device);
  if (const auto choice = all.on_disk.find(key))
    if (auto plan = dnn::Planner(problem, all.device).again(*choice, workspace)) return plan;
  std::optional<dnn::Plan> plan = plan_within(problem, workspace);
  if (!plan) return plan;
  all.on_disk.keep(key, plan->choice());
  if (!std::exchange(all.saves_at_exit, true))
    std::atexit([] {
      const std::lock_guard lock(plans().mutex);
      plans().on_disk.save();
    });
  return plan;
}

std::array<int64_t, 4> lengths(const Tensor& t) {
  const Shape& s = t.shape();
  return {s[0], s[1], s[2], s[3]};
}

// True if cuDNN did it.
bool run_plan(dnn::Direction direction, const Tensor& x, const Tensor& w, const Tensor& y, const Conv2dArgs& a) {
  const ConvolutionMode& mode = convolution_mode();
  if (mode.by_gemm) return false;
  check_alive("conv2d");
  const dnn::Problem problem{direction,
                             lengths(x),
                             lengths(w),
                             lengths(y),
                             {a.padding.top, a.padding.left},
                             {a.padding.bottom, a.padding.right},
                             {a.stride.h, a.stride.w},
                             {a.dilation.h, a.dilation.w},
                             mode.tf32,
                             mode.deterministic};
  Plans& all = plans();
  const std::lock_guard lock(all.mutex);
  auto at = all.found.find(problem);
  if (at == all.found.end()) at = all.found.emplace(problem, first_plan(problem, mode.workspace)).first;
  std::optional<dnn::Plan>& plan = at->second;
  while (plan) {
    const int64_t bytes = plan->engine().workspace;
    try {
      const Scratch<uint8_t> workspace(bytes);
      plan->execute(all.handle, read(x), read(w), read(y), workspace.get());
      return true;
    } catch (const DeviceError& error) {
      check_behind("conv2d");
      throw DeviceError(text("conv2d: ", error.what(), " (input ", x.shape(), ", weights ", w.shape(), ")"));
    } catch (const MemoryError&) {  // with less, for good
      plan = plan_within(problem, bytes - 1);
    }
  }
  return false;
}

// ---- weights
// w in channels_last order. A parameter takes it over for good, so that this costs one copy in a training.
Tensor ordered_weights(const Tensor& w) {
  if (w.layout() == nhwc) return w;
  const ptrdiff_t before = stats().reorders;
  Tensor ordered = w.to(nhwc);
  const ptrdiff_t copies = stats().reorders - before;
  stats().reorders -= copies;
  stats().weight_reorders += copies;
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

ConvolutionMode& convolution_mode() {
  static ConvolutionMode mode;
  return mode;
}

PlanCounts plan_counts() {
  const std::lock_guard lock(plans().mutex);
  PlanCounts counts;
  for (const auto& [problem, plan] : plans().found) ++(plan ? counts.plans : counts.none);
  return counts;
}

}  // namespace skew::gpu
