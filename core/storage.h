// Memory of tensors: 64-byte aligned blocks from a caching allocator, with a version that counts writes.
// Blocks that a tensor gives back are kept by size class and handed out again: returning them to the kernel inside a
// training step costs 12–40 % at 224 px. Nothing here knows shapes. Read next: core/tensor.h.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

namespace skew {

class Storage {
 public:
  explicit Storage(size_t bytes);  // contents undefined; throws Error with the size when memory is exhausted
  ~Storage();
  Storage(const Storage&) = delete;
  Storage& operator=(const Storage&) = delete;

  void* data() const { return data_; }
  size_t bytes() const { return bytes_; }

  // How often the contents were changed after the tensor was made, and by whom last: backward compares the version
  // with the one a tensor was saved at. `writer` must outlive the storage (a literal).
  uint64_t version() const { return version_; }
  std::string_view writer() const { return writer_; }
  void written_by(std::string_view writer) { ++version_, writer_ = writer; }

 private:
  void* data_ = nullptr;
  size_t bytes_ = 0;
  uint64_t version_ = 0;
  std::string_view writer_;
};

// Gives all cached blocks back to the system. Tensors are not touched.
void release_cached_memory();

}  // namespace skew
