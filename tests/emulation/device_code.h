// What a .cu file finds in place of nvcc: kernels as ordinary functions, their threads as fibers of one thread of the
// system, barriers and atomics as functions. Blocks run one after another. Only what the project's kernels use exists.
#pragma once
#include <cuda_runtime.h>

#include <cmath>
#include <cstdint>
#include <cstring>
#include <functional>
#include <type_traits>

#undef __shared__
#define __shared__ static_assert(false, "use SHARED_ARRAY")
#undef __launch_bounds__
#define __launch_bounds__(...)
// One array for each instantiation of the function that it stands in, as with nvcc.
#define SHARED_ARRAY(T, name, n)                               \
  static const char name##_tag = 0;                            \
  static_assert(std::is_trivially_default_constructible_v<T>); \
  T* const name = static_cast<T*>(emu::shared_array(&name##_tag, (n) * sizeof(T)))

extern uint3 threadIdx, blockIdx;
extern dim3 blockDim, gridDim;

namespace emu {

struct Place {
  const char* file;
  int line;
};

void block_barrier(Place place);
void warp_barrier(unsigned mask, Place place);
void* shared_array(const void* tag, size_t bytes);

// A kernel's argument as the checks see it: its bytes, with padding cleared.
void check_pointer(const void* pointer, int position);
void check_words(const void* argument, size_t bytes, int position);

template <class T> void check_argument(const T& value, int position) {
  static_assert(std::is_trivially_copyable_v<T>, "a kernel's arguments are copied byte by byte");
  if constexpr (std::is_pointer_v<T>) {
    check_pointer(value, position);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
    // sanitizers map so much memory that plain numbers look like addresses
  } else if constexpr (std::is_class_v<T> && sizeof(T) >= sizeof(void*)) {
    T copy = value;
    __builtin_clear_padding(&copy);
    check_words(&copy, sizeof copy, position);
#endif
  }
}

cudaError_t enqueue_grid(dim3 grid, dim3 block, size_t shared_bytes, cudaStream_t stream, std::function<void()> body);

template <class... P>
cudaError_t launch(void (*kernel)(P...), dim3 grid, dim3 block, size_t shared_bytes, cudaStream_t stream, P... a) {
  int position = 0;
  (check_argument(a, position++), ...);
  return enqueue_grid(grid, block, shared_bytes, stream, [=] { kernel(a...); });
}

}  // namespace emu

inline void __syncthreads(const char* file = __builtin_FILE(), int line = __builtin_LINE()) {
  emu::block_barrier({file, line});
}
inline void __syncwarp(unsigned mask = ~0u, const char* file = __builtin_FILE(), int line = __builtin_LINE()) {
  emu::warp_barrier(mask, {file, line});
}

// Nothing comes between its two halves here; atomic for ThreadSanitizer's sake. Relaxed: it orders nothing else.
template <class T> T atomicMin(T* at, std::type_identity_t<T> value) {
  T old = __atomic_load_n(at, __ATOMIC_RELAXED);
  while (value < old && !__atomic_compare_exchange_n(at, &old, value, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED))
    continue;
  return old;
}
