// cuDNN's engines for a convolution, each by itself: what `skew selftest` compares with the definition. What training
// uses is in conv2d.cu.
#include "ops/conv2d_engines.h"

#include <algorithm>

#include "backends/cuda/conv2d.h"
#include "backends/cuda/convolution_plans.h"
#include "backends/cuda/elements.h"
#include "backends/cuda/runtime.h"

namespace skew::gpu {
namespace {

const Layout nhwc = Layout::channels_last();

dnn::Problem problem_for(const ConvProblem& p) {
  return problem_of(dnn::Direction(int(p.direction)), p.x, p.w, p.args, p.tf32);
}

// The plans of the last problem that was asked for, which is often asked again with other numbers.
struct LastPlans {
  dnn::Problem problem;
  int most = 0;
  std::vector<dnn::Plan> plans;
};
// cudnn().mutex is held. Throws NoEngine.
const std::vector<dnn::Plan>& plans_for(const ConvProblem& p, int most) {
  static LastPlans* const last = new LastPlans;  // never destroyed: the driver may be gone at the end of a program
  const dnn::Problem problem = problem_for(p);
  if (last->most == most && last->problem == problem) return last->plans;
  last->most = 0;
  const dnn::Planner planner(problem, cudnn().device);
  const int64_t workspace = convolution_mode().workspace;
  last->plans = planner.of_different_engines(most, workspace);
  if (last->plans.empty()) planner.first(workspace);  // throws the reasons
  last->problem = problem;
  last->most = most;
  return last->plans;
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

ConvEngines engines(const ConvProblem& p, int most, const Tensor& a, const Tensor& b) {
  ConvEngines found;
  const std::lock_guard lock(cudnn().mutex);
  try {
    for (const dnn::Plan& plan : plans_for(p, most)) {
      ConvEngine& engine = found.list.emplace_back();
      engine.name = plan.engine().text();
      engine.transforms = transforms(plan.engine());
      try {
        if (a.defined()) engine.result = computed(plan, p, a, b);
      } catch (const DeviceError& error) {
        check_behind("conv2d");
        engine.failure = error.what();
      }
    }
  } catch (const dnn::NoEngine& none) {
    found.why_none = none.what();
  }
  return found;
}

const bool filled = on_cuda(conv2d_engines, engines);

}  // namespace
}  // namespace skew::gpu
