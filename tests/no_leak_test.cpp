// A thousand training steps hold no more memory than a hundred: resident size, bytes of tensors, nodes of the graph.
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdio>
#include <fstream>

#include "core/stats.h"
#include "tests/small_training.h"

using namespace skew;

namespace {

ptrdiff_t resident_bytes() {
  std::ifstream in("/proc/self/statm");
  ptrdiff_t total = 0, resident = 0;
  in >> total >> resident;
  return resident * sysconf(_SC_PAGESIZE);
}

}  // namespace

TEST_CASE("a thousand training steps leave no more behind than the first ones") {
  REQUIRE(stats().live_nodes == 0);
  {
    SmallTraining training(3);
    const double first = training.step();
    for (int i = 1; i < 200; ++i) training.step();  // caches fill, the allocator settles
    const ptrdiff_t resident = resident_bytes(), live = stats().live_bytes, cached = stats().cached_bytes;
    double last = 0;
    for (int i = 0; i < 1000; ++i) last = training.step();
    const ptrdiff_t growth = resident_bytes() - resident;
    std::printf("1,000 steps: loss %.4f to %.4f, resident %+td KiB of %td MiB\n", first, last, growth / 1024,
                resident >> 20);
    CHECK(last < first);  // it did train
    CHECK(stats().live_nodes == 0);
    CHECK(stats().live_bytes == live);
    CHECK(stats().cached_bytes <= cached);
#ifdef __SANITIZE_ADDRESS__
    std::printf("resident size not checked under AddressSanitizer, which keeps freed memory; its leak check follows\n");
#else
    CHECK(growth < 1 << 20);
#endif
  }
  CHECK(stats().live_bytes == 0);
}
