// The device that is compared with the reference: the cpu, or cuda in programs that link it (tests/emulation).
#pragma once
#include "core/memory.h"

inline skew::Device fast_device() {
  return skew::allocate_memory.has(skew::Device::cuda) ? skew::Device::cuda : skew::Device::cpu;
}
