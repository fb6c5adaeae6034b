// Kernel slots: how an op reaches a device. A slot is a table with one function per device; a backend fills its entry
// when the library is loaded, and an entry nobody filled throws and says what exists. There is no silent fallback.
// `constinit` makes the tables exist before any backend registers, in whatever order the files are loaded.
#pragma once
#include <array>
#include <string>
#include <string_view>

#include "core/device.h"

namespace skew {

class Slot {
 public:
  constexpr explicit Slot(const char* name) : name_(name) {}
  std::string_view name() const { return name_; }
  bool has(Device device) const { return table_[size_t(device)] != nullptr; }
  std::string built_for() const;  // the devices that have it: "reference, cpu"; "none"

  using Watch = void (*)(const Slot&);
  static inline constinit Watch watch = nullptr;  // is shown every call: for tests of what an op needs

 protected:
  using Any = void (*)();
  [[noreturn]] void missing(Device device) const;  // DeviceError: no kernel for 'cuda' (built for: …)

  const char* name_;
  std::array<Any, all_devices.size()> table_{};
};

template <class Signature> class Kernel;

template <class R, class... A> class Kernel<R(A...)> : public Slot {
 public:
  using Function = R (*)(A...);
  constexpr explicit Kernel(const char* name) : Slot(name) {}

  // Fills the entry of one device; returns true so that a static initialiser can call it.
  bool set(Device device, Function function) {
    table_[size_t(device)] = reinterpret_cast<Any>(function);
    return true;
  }
  R operator()(Device device, A... args) const {
    const Any entry = table_[size_t(device)];
    if (!entry) missing(device);
    if (watch) watch(*this);
    return reinterpret_cast<Function>(entry)(std::forward<A>(args)...);
  }
};

// What computes on a device: the library behind the heavy ops with its version, and the instruction set of the other
// kernels, "oneDNN 2.6.3, avx512". For `skew info`, the first lines of a training and reports of measurements.
inline constinit Kernel<std::string()> kernel_library{"kernel_library"};

}  // namespace skew
