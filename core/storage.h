// Memory of tensors: aligned blocks of a device from a caching allocator, with a version that counts writes.
// Blocks that a tensor gives back are kept by size class and handed out again: returning them to the kernel inside a
// training step costs 12–40 % at 224 px. Nothing here knows shapes. Read next: core/tensor.h.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/device.h"

namespace skew {

class Storage {
 public:
  // Contents undefined. Throws MemoryError with the size when none is left, DeviceError where the device has none.
  Storage(size_t bytes, Device device);
  ~Storage();
  Storage(const Storage&) = delete;
  Storage& operator=(const Storage&) = delete;

  // An address in the device's memory. Only core/tensor.cpp and kernels of that device may use it; everybody else asks
  // Tensor::data(), which refuses memory that the program cannot read.
  void* address() const { return address_; }
  size_t bytes() const { return bytes_; }
  Device device() const { return device_; }

  // How often the contents were changed after the tensor was made, and by whom last: backward compares the version
  // with the one a tensor was saved at. `writer` must outlive the storage (a literal).
  uint64_t version() const { return version_; }
  std::string_view writer() const { return writer_; }
  void written_by(std::string_view writer) {
    ++version_;
    writer_ = writer;
  }

 private:
  void* address_ = nullptr;
  size_t bytes_ = 0;
  Device device_;
  uint64_t version_ = 0;
  std::string_view writer_;
};

// Gives all cached blocks back to the system. Tensors are not touched.
void release_cached_memory();

}  // namespace skew
