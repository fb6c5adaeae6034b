// Devices that are built into a library of their own, which is loaded when one is asked for first: cuda, so that one
// program runs everywhere and needs CUDA only where a GPU is. Its static initialisers fill the slots, as those of this
// library do. Next: backends/cuda/start.cu, what it says of the machine.
#pragma once
#include <string>

#include "core/device.h"

namespace skew {

// Why the device cannot be used here: one sentence with a next step; empty where it can. Loads the device's library and
// asks it about the machine on the first call; later calls remember.
const std::string& why_unusable(Device device);

// What `--device auto` took, in words to be said once: what computes on the GPU, or why nothing does. Empty where this
// program was built without CUDA and the machine has no GPU: there was no choice.
std::string about_automatic_device();

// The device's own words about itself (device_report in core/device_properties.h); empty where it has none. Slots that
// programs alone called would be theirs, and the device's library would fill others: so this library calls them.
std::string report_of(Device device);

// `--tf32`, or its absence. Throws ValueError where it is asked of a device that computes in float32 alone.
void use_tf32(Device device, bool on);

}  // namespace skew
