// The flat template: f(i) for i = 0 … n−1, a thread each, in no order. Most kernels are one lambda for it:
//   each("relu", n, [=] __device__(ptrdiff_t i) { y[i] = x[i] > 0 ? x[i] : 0; });
#pragma once
#include "backends/cuda/port.h"

namespace skew::gpu {

template <class F> __global__ void __launch_bounds__(block_size) each_kernel(ptrdiff_t n, F f) {
  const ptrdiff_t all = ptrdiff_t(gridDim.x) * block_size;
  for (ptrdiff_t i = ptrdiff_t(blockIdx.x) * block_size + threadIdx.x; i < n; i += all) f(i);
}

template <class F> void each(std::string_view op, ptrdiff_t n, const F& f) {
  if (n > 0) launch(op, each_kernel<F>, blocks_for(n), n, f);
}

}  // namespace skew::gpu
