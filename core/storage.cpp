// The caching allocator. A request is rounded up to a size class (four per power of two, at most 25 % waste); each
// class has a list of free blocks. Large blocks ask for huge pages: fewer page faults on first touch.
#include "core/storage.h"

#include <sys/mman.h>

#include <bit>
#include <cstdlib>
#include <mutex>
#include <vector>

#include "core/error.h"
#include "core/stats.h"

namespace skew {
namespace {

constexpr size_t smallest = 64, huge_page = size_t(2) << 20;

// Class k holds blocks of (4 + k % 4) << (k / 4) units of 16 bytes: 64, 80, 96, 112, 128, 160, …
size_t class_of(size_t bytes) {
  const size_t units = (std::max(bytes, smallest) + 15) / 16;
  const int shift = int(std::bit_width(units)) - 3;  // so that units >> shift is in 4 … 7
  const size_t top = (units + (size_t(1) << shift) - 1) >> shift;
  return size_t(shift) * 4 + (top - 4);         // top may be 8: the first class of the next power
}
size_t class_bytes(size_t k) { return ((4 + k % 4) << (k / 4)) * 16; }

class Cache {
 public:
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
    std::free(block);  // a cached block would hide use after free
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
      for (void* block : free_[k]) std::free(block), stats().cached_bytes -= ptrdiff_t(class_bytes(k));
    free_.clear();
  }

 private:
  std::mutex mutex_;
  std::vector<std::vector<void*>> free_;
};

Cache& cache() {
  static Cache* cache = new Cache;  // never destroyed: tensors with static lifetime give their blocks back last
  return *cache;
}

void* fresh(size_t bytes) {
  const size_t alignment = bytes >= huge_page ? huge_page : 64;
  void* block = std::aligned_alloc(alignment, (bytes + alignment - 1) / alignment * alignment);
  if (block && bytes >= huge_page) madvise(block, bytes, MADV_HUGEPAGE);
  return block;
}

}  // namespace

Stats& stats() {
  static Stats* counters = new Stats;
  return *counters;
}

Storage::Storage(size_t bytes) : bytes_(bytes) {
  const size_t k = class_of(bytes);
  data_ = cache().take(k);
  if (!data_) data_ = fresh(class_bytes(k));
  if (!data_) {
    cache().release();
    data_ = fresh(class_bytes(k));
  }
  if (!data_)
    throw Error(text("memory: could not get ", bytes, " bytes (", stats().live_bytes.load(),
                     " held by tensors); use a smaller batch or image size"));
  const ptrdiff_t live = stats().live_bytes += ptrdiff_t(bytes);
  ptrdiff_t peak = stats().peak_bytes;
  while (live > peak && !stats().peak_bytes.compare_exchange_weak(peak, live)) {}
}

Storage::~Storage() {
  stats().live_bytes -= ptrdiff_t(bytes_);
  cache().give(class_of(bytes_), data_);
}

void release_cached_memory() { cache().release(); }

}  // namespace skew
