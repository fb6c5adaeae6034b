// The caching allocator: alignment, reuse, counters, and running out of memory.
#include "core/storage.h"

#include <catch2/catch.hpp>
#include <cstring>

#include "core/error.h"
#include "core/stats.h"

using namespace skew;

// Under AddressSanitizer blocks are not kept, so that use after free is seen.
#ifdef __SANITIZE_ADDRESS__
constexpr bool caching = false;
#else
constexpr bool caching = true;
#endif

TEST_CASE("blocks are aligned and hold what was asked for") {
  for (const size_t bytes :
       {size_t(0), size_t(1), size_t(63), size_t(64), size_t(65), size_t(1000), size_t(4097), size_t(3) << 20}) {
    const Storage block(bytes, Device::cpu);
    CHECK(reinterpret_cast<uintptr_t>(block.address()) % 64 == 0);
    CHECK(block.bytes() == bytes);
    std::memset(block.address(), 1, bytes);
  }
}

TEST_CASE("a block given back is handed out again") {
  release_cached_memory();
  CHECK(stats().cached_bytes == 0);
  void* memory = nullptr;
  {
    const Storage block(10'000, Device::cpu);
    memory = block.address();
  }
  CHECK((stats().cached_bytes > 0) == caching);
  const Storage again(9'900, Device::cpu);  // of the same size class
  if (caching) CHECK(again.address() == memory);
  CHECK(stats().cached_bytes == 0);
  const Storage other(10'000, Device::cpu);
  CHECK(other.address() != again.address());
}

TEST_CASE("a size class wastes at most a quarter") {
  release_cached_memory();
  for (size_t bytes = 64; bytes < 100'000; bytes += 61) {
    { const Storage block(bytes, Device::cpu); }
    if (caching) CHECK(double(stats().cached_bytes) <= 1.25 * double(bytes) + 16);
    if (caching) CHECK(stats().cached_bytes >= ptrdiff_t(bytes));
    release_cached_memory();
  }
}

TEST_CASE("live and peak bytes follow what tensors hold") {
  const ptrdiff_t before = stats().live_bytes;
  stats().reset_peak();
  {
    const Storage a(1000, Device::cpu);
    { const Storage b(5000, Device::cpu); }
    CHECK(stats().live_bytes == before + 1000);
  }
  CHECK(stats().live_bytes == before);
  CHECK(stats().peak_bytes == before + 6000);
}

TEST_CASE("writes are counted and signed") {
  Storage block(8, Device::cpu);
  CHECK(block.version() == 0);
  block.written_by("sgd_update");
  CHECK(block.version() == 1);
  CHECK(block.writer() == "sgd_update");
}

#ifndef __SANITIZE_ADDRESS__
TEST_CASE("memory that does not exist is refused with its size, and nothing is lost") {
  const ptrdiff_t before = stats().live_bytes;
  CHECK_THROWS_WITH(Storage(size_t(1) << 60, Device::cpu), Catch::Contains("could not get 1152921504606846976 bytes"));
  CHECK(stats().live_bytes == before);
  CHECK_NOTHROW(Storage(1000, Device::cpu));
}
#endif
