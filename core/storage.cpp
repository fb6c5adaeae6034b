// The caching allocator. A request is rounded up to a size class (four per power of two, at most 25 % waste); each
// class has a list of free blocks. Blocks themselves come from the device (core/memory.h).
#include "core/storage.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <mutex>
#include <vector>

#include "core/error.h"
#include "core/memory.h"
#include "core/stats.h"

namespace skew {
namespace {

constexpr size_t smallest = 64;

// Class k holds blocks of (4 + k % 4) << (k / 4) units of 16 bytes: 64, 80, 96, 112, 128, 160, …
size_t class_of(size_t bytes) {
  const size_t units = (std::max(bytes, smallest) + 15) / 16;
  const int shift = int(std::bit_width(units)) - 3;  // so that units >> shift is in 4 … 7
  const size_t top = (units + (size_t(1) << shift) - 1) >> shift;
  return size_t(shift) * 4 + (top - 4);  // top may be 8: the first class of the next power
}
size_t class_bytes(size_t k) { return ((4 + k % 4) << (k / 4)) * 16; }

class Cache {
 public:
  explicit Cache(Device device) : device_(device) {}
  std::atomic<ptrdiff_t> live = 0;  // bytes held by tensors there
  void* take(size_t k) {
    const std::lock_guard lock(mutex_);
    if (k >= free_.size() || free_[k].empty()) return nullptr;
    void* block = free_[k].back();
    free_[k].pop_back();
    stats().cached_bytes -= ptrdiff_t(class_bytes(k));
    return block;
  }
  void give(size_t k, void* block) {
#ifdef __SANITIZE_ADDRESS__
    release_memory(device_, block);  // a cached block would hide use after free
    (void)k;
#else
    const std::lock_guard lock(mutex_);
    if (k >= free_.size()) free_.resize(k + 1);
    free_[k].push_back(block);
    stats().cached_bytes += ptrdiff_t(class_bytes(k));
#endif
  }
  void release() {
    const std::lock_guard lock(mutex_);
    for (size_t k = 0; k < free_.size(); ++k)
      for (void* block : free_[k]) {
        release_memory(device_, block);
        stats().cached_bytes -= ptrdiff_t(class_bytes(k));
      }
    free_.clear();
  }

 private:
  Device device_;
  std::mutex mutex_;
  std::vector<std::vector<void*>> free_;
};

// One for each device with memory of its own, one for all that share the host's. Never destroyed: tensors with static
// lifetime give their blocks back last.
Cache& cache_of(Device device) {
  static const auto caches = [] {
    std::array<Cache*, all_devices.size()> list{};
    for (const Device d : all_devices) list[size_t(d)] = new Cache(d);
    return list;
  }();
  return *caches[size_t(facts_of(device).host_memory ? Device::cpu : device)];
}

}  // namespace

Storage::Storage(size_t bytes, Device device) : bytes_(bytes), device_(device) {
  Cache& cache = cache_of(device);
  const size_t k = class_of(bytes);
  address_ = cache.take(k);
  if (!address_) address_ = allocate_memory(device, class_bytes(k));
  if (!address_) {
    cache.release();
    address_ = allocate_memory(device, class_bytes(k));
  }
  if (!address_)
    throw MemoryError(text("memory: could not get ", bytes, " bytes on '", device, "' (", cache.live.load(),
                           " held by tensors there); use a smaller batch or image size"));
  cache.live += ptrdiff_t(bytes);
  const ptrdiff_t live = stats().live_bytes += ptrdiff_t(bytes);
  ptrdiff_t peak = stats().peak_bytes;
  while (live > peak && !stats().peak_bytes.compare_exchange_weak(peak, live)) {
  }
}

Storage::~Storage() {
  stats().live_bytes -= ptrdiff_t(bytes_);
  cache_of(device_).live -= ptrdiff_t(bytes_);
  cache_of(device_).give(class_of(bytes_), address_);
}

void release_cached_memory() {
  for (const Device device : all_devices) cache_of(device).release();
}

}  // namespace skew
