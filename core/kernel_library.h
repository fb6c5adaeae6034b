// Which library computes the heavy ops of a device, and in which version: for `skew info` and for reports of
// measurements. A device without such a library leaves the slot empty.
#pragma once
#include <string>

#include "core/kernel.h"

namespace skew {

inline constinit Kernel<std::string()> kernel_library{"kernel_library"};  // "oneDNN 2.6.3"

}  // namespace skew
