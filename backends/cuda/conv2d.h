// How convolutions are computed on this device. For all threads; set while none computes. Precision: precision.h.
#pragma once
#include <cstddef>
#include <cstdint>

namespace skew::gpu {

struct ConvolutionMode {
  bool deterministic = true;             // equal runs give equal bits
  bool by_gemm = false;                  // without cuDNN, by the product of matrices that is otherwise the last resort
  int64_t workspace = int64_t(1) << 30;  // bytes that a plan may need
};
ConvolutionMode& convolution_mode();

// Plans that were found, and of how many it is remembered that there is none.
struct PlanCounts {
  ptrdiff_t plans = 0, none = 0;
};
PlanCounts plan_counts();

}  // namespace skew::gpu
