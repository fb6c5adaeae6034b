// What computes on the device, with versions.
#include "backends/cuda/elements.h"
#include "backends/cuda/versions.h"

namespace skew::gpu {
namespace {

std::string name() {
  return text("CUDA ", runtime_version(), ", cuDNN ", cudnn_version(), ", cuBLAS ", cublas_version());
}
const bool filled = on_cuda(kernel_library, name);

}  // namespace
}  // namespace skew::gpu
