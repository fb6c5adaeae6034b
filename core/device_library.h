// Devices that are built into a library of their own, which is loaded when one is asked for first: cuda, so that one
// program runs everywhere and needs CUDA only where a GPU is. Its static initialisers fill the slots, as those of this
// library do. Next: backends/cuda/start.cpp, what it says of the machine.
#pragma once
#include <string>

#include "core/device.h"

namespace skew {

// Why the device cannot be used here: one sentence with a next step; empty where it can. Loads the device's library and
// asks it about the machine on the first call; later calls remember.
const std::string& why_unusable(Device device);

}  // namespace skew
