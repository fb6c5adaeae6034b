// Stream, checks, and the questions that are asked before the first kernel runs.
#include "backends/cuda/runtime.h"

#include <algorithm>

#include "core/error.h"

namespace skew::gpu {

cudaStream_t stream() {
  static const cudaStream_t made = [] {
    cudaStream_t s;
    check(cudaStreamCreateWithFlags(&s, cudaStreamNonBlocking), "cuda");
    return s;
  }();
  return made;
}

void check(cudaError_t status, std::string_view op) {
  if (status == cudaSuccess) return;
  throw DeviceError(text(op, ": CUDA says ", cudaGetErrorName(status), ", ", cudaGetErrorString(status)));
}

int blocks_for(ptrdiff_t n, int threads) {
  constexpr ptrdiff_t most = 8 * 192;  // 8 blocks on each of more multiprocessors than any device has
  return int(std::clamp<ptrdiff_t>((n + threads - 1) / threads, 1, most));
}

namespace {

std::string version_text(int version) { return text(version / 1000, '.', version % 1000 / 10); }

}  // namespace

std::string why_no_device() {
  int driver = 0, runtime = 0, devices = 0;
  if (cudaRuntimeGetVersion(&runtime) != cudaSuccess) return "cuda: the CUDA runtime does not answer";
  if (cudaDriverGetVersion(&driver) != cudaSuccess || driver == 0)
    return "cuda: no NVIDIA driver on this machine; install one, or take --device cpu";
  if (driver < runtime / 1000 * 1000)
    return text("cuda: the NVIDIA driver knows CUDA ", version_text(driver), ", this program was built for ",
                version_text(runtime), "; update the driver, or take --device cpu");
  if (cudaGetDeviceCount(&devices) != cudaSuccess || devices == 0)
    return "cuda: the driver shows no GPU; see nvidia-smi, or take --device cpu";
  return {};
}

}  // namespace skew::gpu
