// The one header through which a .cu file meets CUDA. nvcc compiles the real thing; a build of the tests has g++
// compile the same files, and GPU_EMU then names the header of the emulator (tests/emulation), which is never
// installed.
#pragma once
#include <cuda_runtime.h>

#include "backends/cuda/runtime.h"

#if defined(__CUDACC__)
// `name`: n elements that the threads of a block share; undefined until written. T without constructors.
#define SHARED_ARRAY(T, name, n) __shared__ T name[n]
#elif defined(GPU_EMU)
#include GPU_EMU
#else
#error "a .cu file is for nvcc, or for the emulator's build"
#endif

namespace skew::gpu {

inline constexpr int block_size = 256;  // threads, of every kernel

// Queues a kernel; <<<>>> stands nowhere else. Throws DeviceError naming `op` where the launch fails,
// MemoryError where there is no memory for it.
template <class... P, class... A>
void launch(std::string_view op, void (*kernel)(P...), int blocks, const A&... arguments) {
  check_alive(op);
  const cudaError_t status = with_room([&] {
#if defined(__CUDACC__)
    kernel<<<unsigned(blocks), block_size, 0, stream()>>>(P(arguments)...);
    return cudaGetLastError();
#else
    return emu::launch(kernel, dim3(unsigned(blocks)), dim3(block_size), 0, stream(), P(arguments)...);
#endif
  });
  check(status, op, blocks, "blocks of 256 threads");
}

}  // namespace skew::gpu
