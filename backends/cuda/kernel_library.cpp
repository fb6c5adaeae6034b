// What computes on the device, with versions.
#include <cublas_v2.h>
#include <cudnn.h>

#include "backends/cuda/elements.h"
#include "backends/cuda/runtime.h"

namespace skew::gpu {
namespace {

std::string name() {
  return text("CUDA ", CUDART_VERSION / 1000, '.', CUDART_VERSION % 1000 / 10, ", cuDNN ", CUDNN_MAJOR, '.',
              CUDNN_MINOR, '.', CUDNN_PATCHLEVEL, ", cuBLAS ", CUBLAS_VER_MAJOR, '.', CUBLAS_VER_MINOR, '.',
              CUBLAS_VER_PATCH);
}
const bool filled = on_cuda(kernel_library, name);

}  // namespace
}  // namespace skew::gpu
