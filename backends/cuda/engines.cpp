// cuDNN's engines for a convolution, each by itself: what `skew selftest` compares with the definition. What training
// uses is in conv2d.cu.
#include "ops/conv2d_engines.h"

#include <algorithm>
#include <set>

#include "backends/cuda/conv2d.h"
#include "backends/cuda/elements.h"
#include "backends/cuda/runtime.h"

namespace skew::gpu {
namespace {

const Layout nhwc = Layout::channels_last();

struct Cudnn {
  cudnnHandle_t handle = nullptr;
  dnn::Descriptor device = dnn::device_properties(0);
  Cudnn() {
    dnn::check(cudnnCreate(&handle), "a handle");
    dnn::check(cudnnSetStream(handle, stream()), "the stream");
  }
};
Cudnn& cudnn() {
  static Cudnn* const made = new Cudnn;  // never destroyed: the driver may be gone at the end of a program
  return *made;
}

std::array<int64_t, 4> lengths(const Shape& s) { return {s[0], s[1], s[2], s[3]}; }

dnn::Problem problem_for(const ConvProblem& p) {
  const Conv2dArgs& a = p.args;
  return {dnn::Direction(int(p.direction)),
          lengths(p.x),
          lengths(p.w),
          lengths(conv2d_shape(p.x, p.w, a)),
          {a.padding.top, a.padding.left},
          {a.padding.bottom, a.padding.right},
          {a.stride.h, a.stride.w},
          {a.dilation.h, a.dilation.w},
          p.tf32,
          convolution_mode().deterministic};
}

// The first `most` plans of different engines.
std::vector<dnn::Plan> plans_for(const ConvProblem& p, int most) {
  const dnn::Planner planner(problem_for(p), cudnn().device);
  std::vector<dnn::Plan> plans;
  if (most <= 1) {
    plans.push_back(planner.first(convolution_mode().workspace));
    return plans;
  }
  std::set<int64_t> seen;
  for (dnn::Plan& plan : planner.all())
    if (plan.engine().workspace <= convolution_mode().workspace && int(plans.size()) < most &&
        seen.insert(plan.engine().index).second)
      plans.push_back(std::move(plan));
  return plans;
}

bool transforms(const dnn::Engine& e) {
  return std::any_of(e.numerical.begin(), e.numerical.end(), [](cudnnBackendNumericalNote_t note) {
    return note == CUDNN_NUMERICAL_NOTE_WINOGRAD || note == CUDNN_NUMERICAL_NOTE_FFT ||
           note == CUDNN_NUMERICAL_NOTE_WINOGRAD_TILE_4x4 || note == CUDNN_NUMERICAL_NOTE_WINOGRAD_TILE_6x6 ||
           note == CUDNN_NUMERICAL_NOTE_WINOGRAD_TILE_13x13;
  });
}

Tensor computed(const dnn::Plan& plan, const ConvProblem& p, const Tensor& a, const Tensor& b) {
  const bool forward = p.direction == ConvDirection::forward, data = p.direction == ConvDirection::data;
  const Shape shape = forward ? conv2d_shape(p.x, p.w, p.args) : data ? p.x : p.w;
  const Tensor first = a.to(nhwc), second = b.to(nhwc);
  const Tensor result = Tensor::empty(shape, DType::float32, Device::cuda, nhwc);
  const Tensor &x = data ? result : first, &w = p.direction == ConvDirection::weights ? result : second;
  const Tensor& y = forward ? result : data ? first : second;
  const Scratch<uint8_t> workspace(plan.engine().workspace);
  plan.execute(cudnn().handle, read(x), read(w), read(y), workspace.get());
  return result;
}

std::vector<ConvEngine> engines(const ConvProblem& p, int most, const Tensor& a, const Tensor& b) {
  std::vector<ConvEngine> list;
  std::vector<dnn::Plan> plans;
  try {
    plans = plans_for(p, most);
  } catch (const DeviceError&) {  // no engine: the product of matrices computes it
    return list;
  }
  for (const dnn::Plan& plan : plans) {
    ConvEngine engine{plan.engine().text(), transforms(plan.engine()), {}};
    if (a.defined()) engine.result = computed(plan, p, a, b);
    list.push_back(std::move(engine));
  }
  return list;
}

const bool filled = on_cuda(conv2d_engines, engines);

}  // namespace
}  // namespace skew::gpu
