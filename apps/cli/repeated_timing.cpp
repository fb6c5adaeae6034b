// Warm-up, repeats, their quantiles, and the peak of the memory in use.
#include "apps/cli/repeated_timing.h"

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <vector>

namespace skew {
namespace {

double seconds_of(const std::function<void()>& step) {
  const auto start = std::chrono::steady_clock::now();
  step();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double peak_rss_mib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return double(usage.ru_maxrss) / 1024;  // KiB on Linux
}

}  // namespace

Timing repeat(const RepeatArgs& args, const std::function<void()>& step) {
  const int64_t warmup = args.steps ? args.warmup : std::max<int64_t>(1, args.warmup);
  double once = 0;
  for (int64_t k = 0; k < warmup; ++k) once = seconds_of(step);
  int64_t steps = args.steps;
  if (steps == 0)
    steps = std::max<int64_t>(5, int64_t(std::min(double(args.most), args.seconds / std::max(once, 1e-9))));
  std::vector<double> times;
  for (int64_t k = 0; k < steps; ++k) times.push_back(seconds_of(step));
  std::sort(times.begin(), times.end());
  const size_t middle = times.size() / 2;
  const double median = times.size() % 2 ? times[middle] : (times[middle - 1] + times[middle]) / 2;
  return {median * 1e3, times.front() * 1e3, steps, peak_rss_mib()};
}

}  // namespace skew
