// What an empty slot says: the device that was asked for and those that have the kernel.
#include "core/kernel.h"

#include "core/error.h"

namespace skew {

std::string Slot::built_for() const {
  std::string built;
  for (const Device d : all_devices)
    if (has(d)) built += (built.empty() ? "" : ", ") + std::string(name_of(d));
  return built.empty() ? "none" : built;
}

void Slot::missing(Device device) const {
  throw DeviceError(
      text(name_, ": no kernel for '", device, "' (built for: ", built_for(), "); move the tensor with .to()"));
}

}  // namespace skew
