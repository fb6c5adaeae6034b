// The device's memory for core: blocks, copies, time. The cache that keeps blocks is core/storage.cpp; because all work
// is queued on one stream, a block may be handed out again while the work that used it last is still queued.
#include "core/memory.h"

#include <chrono>

#include "backends/cuda/elements.h"
#include "backends/cuda/runtime.h"

namespace skew::gpu {
namespace {

void* allocate(size_t bytes) {
  check_alive("memory");
  void* block = nullptr;
  const cudaError_t status = cudaMalloc(&block, bytes);
  if (status == cudaSuccess) return block;
  cudaGetLastError();  // forgets it: the caller may give the cache back and ask again
  if (status == cudaErrorMemoryAllocation) return nullptr;
  if (const std::string why = why_no_device(); !why.empty()) throw DeviceError(why);
  check(status, "memory", ptrdiff_t(bytes), "bytes");
  return nullptr;
}

void release(void* block) { cudaFree(block); }  // at the end of a program the driver may be gone: nobody to tell

void copy(std::string_view op, void* to, const void* from, size_t bytes, cudaMemcpyKind kind) {
  check_alive(op);
  if (bytes == 0) return;
  check(with_room([&] { return cudaMemcpyAsync(to, from, bytes, kind, stream()); }), op, ptrdiff_t(bytes), "bytes");
}
// Whether the device reads pageable memory of the host by itself (GH200, HMM): nothing is staged before a copy returns.
bool reads_pageable_memory() {
  int yes = 0;
  if (cudaDeviceGetAttribute(&yes, cudaDevAttrPageableMemoryAccess, 0) == cudaSuccess) return yes != 0;
  cudaGetLastError();
  return true;  // the safe answer
}
void copy_up(void* to, const void* from, size_t bytes) {
  copy("upload", to, from, bytes, cudaMemcpyHostToDevice);
  if (bytes && reads_pageable_memory()) check(cudaStreamSynchronize(stream()), "upload", ptrdiff_t(bytes), "bytes");
}
void copy_down(void* to, const void* from, size_t bytes) {
  copy("download", to, from, bytes, cudaMemcpyDeviceToHost);
  check(cudaStreamSynchronize(stream()), "download", ptrdiff_t(bytes), "bytes");
}
void copy_across(void* to, const void* from, size_t bytes) { copy("copy", to, from, bytes, cudaMemcpyDeviceToDevice); }

double seconds() {
  check(cudaStreamSynchronize(stream()), "cuda");
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

bool declare() {
  // memory of its own, no double; both orders that everybody can read
  device_facts[size_t(Device::cuda)] = {.host_memory = false, .row_major_only = false, .has_double = false};
  return true;
}

const bool filled = declare() && on_cuda(allocate_memory, allocate) && on_cuda(release_memory, release) &&
                    on_cuda(upload, copy_up) && on_cuda(download, copy_down) && on_cuda(copy_memory, copy_across) &&
                    on_cuda(seconds_on_device, seconds);

}  // namespace
}  // namespace skew::gpu
