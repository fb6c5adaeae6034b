// Stream, checks, and the questions that are asked before the first kernel runs.
#include "backends/cuda/runtime.h"

#include <algorithm>
#include <atomic>
#include <mutex>

#include "backends/cuda/versions.h"
#include "core/storage.h"

namespace skew::gpu {

cudaStream_t stream() {
  static const cudaStream_t made = [] {
    cudaStream_t s;
    check(with_room([&s] { return cudaStreamCreateWithFlags(&s, cudaStreamNonBlocking); }), "cuda");
    return s;
  }();
  return made;
}

namespace {

struct Death {
  std::atomic<bool> known = false;
  std::mutex mutex;
  std::string sentence;  // written once, before `known`
};
Death& death() {
  static Death* const made = new Death;  // never destroyed: memory is given back until the very end
  return *made;
}

// True where the error stays after it was taken note of: CUDA then answers every call of this process with it.
bool stays_broken(std::string_view op) {
  cudaGetLastError();
  const cudaError_t status = cudaDeviceSynchronize();
  if (status == cudaSuccess) return false;
  Death& d = death();
  const std::lock_guard lock(d.mutex);
  if (!d.known)
    d.sentence = text("the GPU stopped with ", cudaGetErrorName(status), " (", cudaGetErrorString(status),
                      "), noticed at ", op, "; what this program had there is lost: start it again");
  d.known = true;
  return true;
}

}  // namespace

void check(cudaError_t status, std::string_view op, ptrdiff_t size, std::string_view units) {
  if (status == cudaSuccess) return;
  if (stays_broken(op)) check_alive(op);
  const std::string sizes = units.empty() ? "" : text(" (", size, ' ', units, ")");
  const std::string sentence =
      text(op, ": CUDA says ", cudaGetErrorName(status), ", ", cudaGetErrorString(status), sizes);
  if (status == cudaErrorMemoryAllocation) throw MemoryError(sentence + "; use a smaller batch or image size");
  throw CudaError(sentence, status);
}
void check_alive(std::string_view op) {
  if (!death().known) return;
  const std::lock_guard lock(death().mutex);
  throw DeviceError(text(op, ": ", death().sentence));
}
void check_behind(std::string_view op) {
  if (stays_broken(op)) check_alive(op);
}
bool is_alive() { return !death().known; }
void declare_alive() { death().known = false; }

void give_cache_back() {
  cudaGetLastError();  // forgets the failure
  release_cached_memory();
}

int blocks_for(ptrdiff_t n, int threads) {
  constexpr ptrdiff_t most = 8 * 192;  // 8 blocks on each of more multiprocessors than any device has
  return int(std::clamp<ptrdiff_t>((n + threads - 1) / threads, 1, most));
}

std::string why_no_device() {
  int driver = 0, runtime = 0, devices = 0;
  if (cudaRuntimeGetVersion(&runtime) != cudaSuccess) return "cuda: the CUDA runtime does not answer";
  if (cudaDriverGetVersion(&driver) != cudaSuccess || driver == 0)
    return "cuda: no NVIDIA driver on this machine, or none passed into this container; install 580 or newer, or take "
           "--device cpu";
  if (driver < runtime / 1000 * 1000)
    return text("cuda: the NVIDIA driver knows CUDA ", version_text(driver), ", this program was built for ",
                version_text(runtime), "; update the driver, or take --device cpu");
  const cudaError_t status = cudaGetDeviceCount(&devices);
  cudaGetLastError();  // forgets it
  if (status == cudaErrorNoDevice || (status == cudaSuccess && devices == 0))
    return "cuda: the driver shows no GPU; see nvidia-smi, or take --device cpu";
  if (status != cudaSuccess)
    return text("cuda: asked for its GPUs, the driver says ", cudaGetErrorName(status), ", ",
                cudaGetErrorString(status), "; see nvidia-smi and the system's log, or take --device cpu");
  return {};
}

}  // namespace skew::gpu
