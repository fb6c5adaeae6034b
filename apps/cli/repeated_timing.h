// Running the same thing again and again and saying how long it takes, as the comparison with other frameworks does it.
// Read next: bench.cpp.
#pragma once
#include <cstdint>
#include <functional>

namespace skew {

struct RepeatArgs {
  int64_t steps = 0;   // timed runs; 0: about `seconds` of them, at least 5
  int64_t warmup = 3;  // untimed runs before; without `steps` at least one
  double seconds = 4;
  int64_t most = 500;  // timed runs, where `seconds` decides
};

struct Timing {
  double median_ms = 0, min_ms = 0;
  int64_t steps = 0;
  double peak_rss_mib = 0;  // of the process so far
};

Timing repeat(const RepeatArgs& args, const std::function<void()>& step);

}  // namespace skew
