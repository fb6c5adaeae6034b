// In the place of core/device_library.cpp: a page loads no library, so a device is in the module or is not.
#include "core/device_library.h"

#include "core/text.h"

namespace skew {

const std::string& why_unusable(Device device) {
  static const std::string none, cuda = "cuda: a page has none; use reference";
  return device == Device::cuda ? cuda : none;
}

}  // namespace skew
