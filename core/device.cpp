// Names of devices, in both directions.
#include "core/device.h"

#include <ostream>
#include <string>

#include "core/error.h"

namespace skew {

const char* name_of(Device device) {
  switch (device) {
    case Device::reference:
      return "reference";
    case Device::cpu:
      return "cpu";
    case Device::cuda:
      return "cuda";
  }
  return "?";
}

Device parse_device(std::string_view name) {
  for (const Device device : all_devices)
    if (name == name_of(device)) return device;
  throw ValueError(unknown_word("device", name, {"reference", "cpu", "cuda"}));
}

std::vector<std::string> device_words() { return {"auto", name_of(Device::cpu), name_of(Device::reference)}; }

Device device_of(std::string_view word) { return word == "auto" ? Device::cpu : parse_device(word); }

std::ostream& operator<<(std::ostream& out, Device device) { return out << name_of(device); }

}  // namespace skew
