// The engines that a device's library offers for a convolution, one by one: for `skew selftest`, which compares each
// with the definition. Training uses the first alone (conv2d.h).
#pragma once
#include <string>
#include <vector>

#include "ops/conv2d.h"

namespace skew {

enum class ConvDirection { forward, data, weights };  // what is computed: y, dx or dw

struct ConvProblem {
  ConvDirection direction{};
  Shape x, w;
  Conv2dArgs args;
  bool tf32 = false;  // inputs may be rounded
};

struct ConvEngine {
  std::string name;         // "engine 34, 0 bytes, tensor cores"
  bool transforms = false;  // Winograd or FFT: whole numbers do not stay whole on the way
  Tensor result;            // in channels_last order; undefined where nothing was asked to be computed
  std::string failure;      // why it did not compute, though it was asked
};
struct ConvEngines {
  std::vector<ConvEngine> list;
  std::string why_none;  // of an empty list: the library's reasons
};

// The engines that the device's rules allow, the one that training takes first; at most `most`. Given the two operands,
// (x, w), (dy, w) or (x, dy), each computes the result.
inline constinit Kernel<ConvEngines(const ConvProblem&, int most, const Tensor& a, const Tensor& b)> conv2d_engines{
    "conv2d_engines"};
bool has_engines(Device device);  // in libskew, which owns the slot thereby (core/device_library.h says why)

}  // namespace skew
