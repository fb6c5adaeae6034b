// What core asks this library when it was loaded: whether kernels run here, and the sentence when they do not.
#include "backends/cuda/cudnn_parts.h"
#include "backends/cuda/each.cuh"
#include "backends/cuda/elements.h"
#include "backends/cuda/versions.h"
#include "core/memory.h"

namespace skew::gpu {
namespace {

std::string capability() {
  int major = 0, minor = 0;
  cudaDeviceGetAttribute(&major, cudaDevAttrComputeCapabilityMajor, 0);
  cudaDeviceGetAttribute(&minor, cudaDevAttrComputeCapabilityMinor, 0);
  return text("sm_", major, minor);
}

// The library holds no code for this GPU, nor what the driver could make such of.
bool asks_for_another_build(cudaError_t status) {
  return status == cudaErrorNoKernelImageForDevice || status == cudaErrorUnsupportedPtxVersion ||
         status == cudaErrorInvalidDeviceFunction;
}
std::string not_now(const std::exception& error) {
  return text("cuda: this GPU cannot be used now (", error.what(), "); free it, or take --device cpu");
}

std::string why_not() {
  for (const auto question : {why_no_cudnn, why_no_device, why_no_kernel})
    if (const std::string why = question(); !why.empty()) return why;
  return {};
}

}  // namespace

// There and back.
std::string why_no_kernel() {
  try {
    const Scratch<int> cell(1);
    int* const to = cell.get();
    each("probe", 1, [=] __device__(ptrdiff_t) { *to = 42; });
    int found = 0;
    download(Device::cuda, &found, to, sizeof found);
    if (found != 42) return text("cuda: a first kernel gave ", found, " in place of 42; is the GPU sound?");
    return {};
  } catch (const CudaError& error) {
    if (!asks_for_another_build(error.status)) return not_now(error);
    return text("cuda: this GPU is ", capability(), ", which this skew was not built for (", built_for(),
                "): ", error.what(), "; build with -DCMAKE_CUDA_ARCHITECTURES for it, or take --device cpu");
  } catch (const std::exception& error) {
    return not_now(error);
  }
}

}  // namespace skew::gpu

// Null where the device can be used, else the sentence; it lives as long as the program.
extern "C" const char* skew_cuda_start() {
  static const std::string why = skew::gpu::why_not();
  return why.empty() ? nullptr : why.c_str();
}
