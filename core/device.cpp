// Names of devices, and the words that choose one.
#include "core/device.h"

#include <ostream>
#include <string>

#include "core/error.h"
#include "core/memory.h"

namespace skew {

const char* name_of(Device device) {
  switch (device) {
    case Device::reference: return "reference";
    case Device::cpu: return "cpu";
    case Device::cuda: return "cuda";
  }
  return "?";
}

namespace {

// Those of this build, the fastest first.
std::vector<Device> built_devices() {
  std::vector<Device> built;
  for (const Device device : all_devices)
    if (allocate_memory.has(device)) built.insert(built.begin(), device);
  return built;
}

}  // namespace

std::vector<std::string> device_words() {
  std::vector<std::string> words = {"auto"};
  for (const Device device : built_devices()) words.push_back(name_of(device));
  return words;
}

Device device_of(std::string_view word) {
  for (const Device device : built_devices())
    if (word == "auto" || word == name_of(device)) return device;
  throw ValueError(unknown_word("device", word, device_words()));
}

std::ostream& operator<<(std::ostream& out, Device device) { return out << name_of(device); }

}  // namespace skew
