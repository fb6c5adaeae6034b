// What an empty slot says: the device that was asked for and those that have the kernel.
#include "core/kernel.h"

#include "core/error.h"

namespace skew {

void Slot::missing(Device device) const {
  std::string built;
  for (const Device d : all_devices)
    if (has(d)) built += (built.empty() ? "" : ", ") + std::string(name_of(d));
  throw DeviceError(text(name_, ": no kernel for '", device, "' (built for: ", built.empty() ? "none" : built,
                         "); move the tensor with .to()"));
}

}  // namespace skew
