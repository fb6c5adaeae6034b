// What computes on a device: the library behind the heavy ops with its version, and the instruction set of the other
// kernels. For `skew info`, the first lines of a training and reports of measurements.
#pragma once
#include <string>

#include "core/kernel.h"

namespace skew {

inline constinit Kernel<std::string()> kernel_library{"kernel_library"};  // "oneDNN 2.6.3, avx512"

}  // namespace skew
