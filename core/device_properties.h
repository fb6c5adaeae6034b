// What a device with a library of its own (core/device_library.h) tells of itself, and how exact it is asked to be. For
// `skew selftest`, `--tf32` and the first lines of a run. Devices in host memory leave these slots empty.
#pragma once
#include <string>

#include "core/kernel.h"

namespace skew {

// A JSON object: `name`; `emulated`, true where a CPU stands in for it; `capability`, "9.0"; `driver`, `runtime`,
// `cudnn`, `cublas`, their versions; `architectures`, what the kernels were built for; `memory_total` and
// `memory_free`, bytes, 0 where there is no limit; `libraries`, the names of the files loaded; `properties`, all
// figures as cuDNN describes them.
inline constinit Kernel<std::string()> device_report{"device_report"};

// Whether convolutions and products of matrices may round their inputs to 10 bits of mantissa (TF32), which is faster;
// off from the start. For all threads; called while none computes.
inline constinit Kernel<void(bool on)> allow_tf32{"allow_tf32"};

}  // namespace skew
