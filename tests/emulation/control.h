// What a test may set in the emulated device, and what the fake libraries ask of it.
// Read next: README.md, then blocks.cpp (how a kernel runs) and streams.cpp (when).
#pragma once
#include <cuda_runtime_api.h>

#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string>

namespace emu {

// What real hardware would answer with wrong numbers, a hang or a sticky error.
struct Fault : std::runtime_error {
  explicit Fault(const std::string& what) : std::runtime_error("emulated device: " + what) {}
};

enum class Order { forward, reverse, random };  // in which order the threads of a block run between barriers
enum class Streams { eager, lazy, random };     // when queued work runs: at once, when somebody waits, by chance

struct Control {
  Order order = Order::forward;
  Streams streams = Streams::lazy;
  unsigned seed = 1;
  bool guard = true;        // device memory is unreadable for the host
  size_t memory = 0;        // bytes of the device that can be had; 0: no limit
  int fail_launch_at = 0;   // the n-th launch from now fails
  int fail_malloc_at = 0;   // the n-th cudaMalloc from now finds no memory, nor do those after it
  int failing_mallocs = 1;  // that many in a row
  int fail_call_at = 0;     // the n-th launch, copy or call of a library from now fails
  int break_at = 0;         // at the n-th launch, copy, call of a library or cudaMalloc the device breaks, unnoticed;
  bool broken = false;      // from the next call on every one answers cudaErrorIllegalAddress

  int short_call_at = 0;  // the n-th launch, copy, call or handle of a library from now finds no memory for itself,
  int short_calls = 1;    // nor do those after it, that many in a row
  cudaError_t launch_error = cudaErrorLaunchOutOfResources;  // of fail_launch_at
  cudaError_t device_count_error = cudaSuccess;              // of cudaGetDeviceCount
  std::function<bool(int64_t engine)> engine_fails = {};     // of cuDNN, by its number: whenever it is executed
  bool planning_fails = false;                               // cuDNN's Finalize: an internal error
  bool reads_pageable = false;                               // copies read the host's memory when they run, as GH200's
  int input_bits = 23;                                       // of mantissa: to so many the libraries round their inputs
  float input_limit = 3.4028235e38f;                         // beyond it such an input is infinite
  int cublas_patch = -1;                                     // of cuBLAS's version; -1: that of its header

  // counted
  uint64_t launches = 0, library_calls = 0, threads = 0, allocations = 0, uploads = 0, downloads = 0;
};
extern Control control;

// While one lives, the host may touch device memory: kernels and the fake libraries do.
class DeviceScope {
 public:
  DeviceScope();
  ~DeviceScope();
  DeviceScope(const DeviceScope&) = delete;
  DeviceScope& operator=(const DeviceScope&) = delete;
};

// Bytes from p to the end of its block; 0: not (or no longer) the device's memory.
size_t device_extent(const void* p);
size_t live_allocations();

// f joins the queue of a stream.
void enqueue(cudaStream_t stream, std::function<void()> f);

}  // namespace emu
