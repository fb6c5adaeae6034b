// cuDNN for a whole program: its handle, and which plan computes a convolution. A plan is found once a problem, kept on
// disk when it has run, and replaced where it fails. Read next: plan.h, conv2d.cu.
#pragma once
#include <mutex>

#include "backends/cuda/plan.h"
#include "ops/conv2d.h"

namespace skew::gpu {

struct Cudnn {
  std::mutex mutex;  // whoever uses the handle holds it
  cudnnHandle_t handle = nullptr;
  dnn::Descriptor device = dnn::device_properties(0);
  Cudnn();
};
Cudnn& cudnn();

// x (N, C, H, W), w (O, C / groups, kernel), y their convolution.
dnn::Problem problem_of(dnn::Direction direction, const Shape& x, const Shape& w, const Conv2dArgs& args, bool tf32);

// Queues what the problem asks for, from two of the tensors to the third. A plan that fails while the device lives is
// said on stderr and gives way to the next one that the rules allow; so does one whose workspace cannot be had. False:
// there is none, for which the reasons are said once. Throws DeviceError where the device is dead.
bool compute_by_plan(const dnn::Problem& problem, const void* x, const void* w, const void* y);

}  // namespace skew::gpu
