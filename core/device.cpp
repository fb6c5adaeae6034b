// Names of devices, and the words that choose one.
#include "core/device.h"

#include <ostream>
#include <string>

#include "core/device_library.h"
#include "core/error.h"

namespace skew {

const char* name_of(Device device) {
  switch (device) {
    case Device::reference: return "reference";
    case Device::cpu: return "cpu";
    case Device::cuda: return "cuda";
  }
  return "?";
}

std::vector<std::string> device_words() {
  std::vector<std::string> words = {"auto"};
  for (auto device = all_devices.rbegin(); device != all_devices.rend(); ++device) words.push_back(name_of(*device));
  return words;
}

Device device_of(std::string_view word) {
  if (word == "auto") return why_unusable(Device::cuda).empty() ? Device::cuda : Device::cpu;
  for (const Device device : all_devices) {
    if (word != name_of(device)) continue;
    if (!why_unusable(device).empty()) throw ValueError(why_unusable(device));
    return device;
  }
  throw ValueError(unknown_word("device", word, device_words()));
}

std::ostream& operator<<(std::ostream& out, Device device) { return out << name_of(device); }

}  // namespace skew
