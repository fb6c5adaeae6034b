// Devices as cuDNN's JSON of properties describes them, from their makers' public figures: plans are made for them
// without a GPU. cuDNN 9.19 wants all of these 23 keys.
#pragma once
#include <string>
#include <vector>

namespace emu {

std::vector<std::string> described_devices();           // "A100", "H100", "B200", "RTX 5090"
std::string described_device(const std::string& name);  // its JSON; throws Fault for another name

}  // namespace emu
