// Refusals that a device finds while it runs: an index out of range, a label that is none, a NaN logit. In host memory
// a kernel throws at once. A device that queues its work cannot: its kernel leaves the first bad element in a cell, and
// the error, worded when the kernel was called, is thrown at the next readback (item(), values(), host(), a verdict).
// Kernels clamp what they refuse, so that nothing is read or written out of bounds meanwhile.
#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "core/device.h"

namespace skew {

inline constexpr int64_t no_element = INT64_MAX;  // what an untouched cell holds: kernels write the smallest index

// For a kernel's host side: a cell in the device's memory that holds no_element. After the kernel has been queued,
// `refuse(element)` will be called with what was left there, and throws; without anything it is forgotten.
int64_t* pending_cell(Device device, std::function<void(int64_t element)> refuse);

// For a device that looks at its cells itself before the readback (Verdict in ops/verdict.h): the blocks that hold the
// cells asked for since the last time, all of each block; and how many were asked for.
struct AskedCells {
  std::vector<const int64_t*> blocks;
  int64_t count = 0;
};
inline constexpr ptrdiff_t cells_a_block = 64;
AskedCells asked_cells(Device device);
// Forgets them without a readback where exactly `count` were asked for, none of which was marked; false otherwise.
bool forget_pending(Device device, int64_t count);

// For readbacks: waits for the device, throws the first refusal in the order of the calls, forgets all. Nothing is done
// where no kernel has asked for a cell since the last time.
void throw_pending(Device device);

}  // namespace skew
