// What a device does for memory: the same door as for kernels. A backend fills these slots for its device;
// core/storage.cpp and core/tensor.cpp are the only callers, so that no other code has to know where a tensor lives.
// Sizes are in bytes. A device of its own may queue the work: calls run in their order, and only `download` waits.
// Next: backends/host/memory.cpp (the two devices in host memory).
#pragma once
#include <array>

#include "core/kernel.h"
#include "core/tensor.h"

namespace skew {

// What a backend says of its device, once, while it is loaded.
struct DeviceFacts {
  bool host_memory = false;    // the program itself may read and write the elements
  bool row_major_only = true;  // the kernels know no other order: apply() and backward() reorder, whatever reads() says
  bool has_double = false;     // float64 exists there
};
inline constinit std::array<DeviceFacts, all_devices.size()> device_facts{};
inline const DeviceFacts& facts_of(Device device) { return device_facts[size_t(device)]; }

inline constinit Kernel<void*(size_t bytes)> allocate_memory{"allocate_memory"};  // null when none is left
inline constinit Kernel<void(void* block)> release_memory{"release_memory"};
using CopyKernel = Kernel<void(void* to, const void* from, size_t bytes)>;
inline constinit CopyKernel upload{"upload"};            // host → device; `from` may change at once
inline constinit CopyKernel download{"download"};        // device → host; complete on return
inline constinit CopyKernel copy_memory{"copy_memory"};  // within the device
inline constinit Kernel<void(Tensor t, double value)> fill_elements{"fill_elements"};
inline constinit Kernel<Tensor(const Tensor& x, DType type)> convert_elements{"convert_elements"};  // keeps the order
// x with its elements in the order of `layout`; same shape, type, device. Counts in stats().reorders. Core needs it (an
// op that reads row-major gets row-major); a backend fills it, because only a backend can read its own opaque orders.
inline constinit Kernel<Tensor(const Tensor& x, const Layout& layout)> reorder{"reorder"};
// Whether no element of any is NaN or infinite: one pass over all, one answer. Floating tensors only.
inline constinit Kernel<bool(Inputs tensors)> all_elements_finite{"all_elements_finite"};

// Seconds on a clock that has waited for all that was queued on the device: differences measure work (core/op_watch.h).
inline constinit Kernel<double()> seconds_on_device{"seconds_on_device"};

}  // namespace skew
