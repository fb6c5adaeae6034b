// The libraries' own answers.
#include "backends/cuda/versions.h"

#include <cublas_v2.h>
#include <cuda_runtime_api.h>
#include <cudnn.h>

#include "backends/cuda/cudnn_parts.h"
#include "core/error.h"

#ifndef SKEW_CUDA_ARCHITECTURES
#define SKEW_CUDA_ARCHITECTURES "the emulated device"
#endif

namespace skew::gpu {

std::string version_text(int cuda) { return text(cuda / 1000, '.', cuda % 1000 / 10); }
std::string dnn_version_text(size_t version) {
  return text(version / 10000, '.', version / 100 % 100, '.', version % 100);
}

std::string driver_version() {
  int version = 0;
  cudaDriverGetVersion(&version);
  cudaGetLastError();  // without one it stays 0, which is what there is to report
  return version_text(version);
}
std::string runtime_version() {
  int version = 0;
  cudaRuntimeGetVersion(&version);
  return version_text(version);
}
std::string cudnn_version() { return dnn_version_text(why_no_cudnn().empty() ? cudnnGetVersion() : 0); }
std::string cublas_version() {
  const auto part = [](libraryPropertyType_t type) {
    int value = 0;
    cublasGetProperty(type, &value);
    return value;
  };
  return text(part(MAJOR_VERSION), '.', part(MINOR_VERSION), '.', part(PATCH_LEVEL));
}

const char* built_for() { return SKEW_CUDA_ARCHITECTURES; }

}  // namespace skew::gpu
