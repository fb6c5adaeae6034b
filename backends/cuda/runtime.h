// The device as host code sees it: its one compute stream, and what every call into CUDA is checked with.
// Not here: kernels (port.h), blocks of memory (memory.cpp).
#pragma once
#include <cuda_runtime_api.h>

#include <cstddef>
#include <string>
#include <string_view>

#include "core/error.h"

namespace skew::gpu {

// All work of all threads is queued here, in the order of the calls; so memory that was given back may be handed out
// again at once.
cudaStream_t stream();

// What check() throws.
struct CudaError : DeviceError {
  CudaError(const std::string& sentence, cudaError_t found) : DeviceError(sentence), status(found) {}
  cudaError_t status;
};

// Throws CudaError unless the call succeeded: the op, CUDA's name of the error and its sentence, and of how many
// `units` the work was; MemoryError where CUDA found no memory. Some failures (an illegal address) end a process's use
// of the device: from then on check_alive(), with which every way to the device begins, refuses in one sentence.
void check(cudaError_t status, std::string_view op, ptrdiff_t size = 0, std::string_view units = {});
void check_alive(std::string_view op);
// For failures that cuDNN and cuBLAS report in their own words: throws where the device itself is behind them.
void check_behind(std::string_view op);
bool is_alive();
void declare_alive();  // for tests that plant such a failure and take it back

// Not only cudaMalloc needs memory: a first launch loads its module, libraries make handles. A call that finds none is
// made once more after the cache of blocks was given back.
void give_cache_back();
template <class Call, class Short> auto with_room(const Call& call, const Short& is_short) {
  const auto status = call();
  if (!is_short(status)) return status;
  give_cache_back();
  return call();
}
template <class Call> cudaError_t with_room(const Call& call) {
  return with_room(call, [](cudaError_t status) { return status == cudaErrorMemoryAllocation; });
}

// Blocks of `threads` for n threads' work, but no more than fill the largest device: kernels stride over the rest.
int blocks_for(ptrdiff_t n, int threads = 256);

// What is wrong with driver or device, as one sentence; empty where a kernel can run.
std::string why_no_device();
std::string why_no_kernel();  // the same of a first kernel, which this runs

}  // namespace skew::gpu
