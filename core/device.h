// Where a tensor lives. `reference` is a device of its own in host memory: naive loops in float and double, the truth
// that every other device is compared with. `cpu` is the fast one (float32). `cuda` is a GPU, float32 too,
// whose library is loaded when it is asked for (core/device_library.h).
// The cpu's convolutions, matrix products, averages of windows and batch norm hold their sums in float32: one whose
// parts, or their squares, exceed 3.4e38 is infinite or NaN there although the whole may be finite.
#pragma once
#include <array>
#include <cstdint>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

namespace skew {

enum class Device : uint8_t { reference, cpu, cuda };
inline constexpr std::array all_devices = {Device::reference, Device::cpu, Device::cuda};

const char* name_of(Device device);
// What an option that chooses a device may say, and the device it means: auto is the fastest that can be used here.
std::vector<std::string> device_words();
Device device_of(std::string_view word);  // throws ValueError: a suggestion, or why the device cannot be used
std::ostream& operator<<(std::ostream& out, Device device);

}  // namespace skew
