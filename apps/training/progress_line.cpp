// Redrawing the line, and the words for times and speeds in it.
#include "apps/training/progress_line.h"

#include <unistd.h>

#include <cmath>
#include <cstdio>

#include "apps/report/number_text.h"
#include "core/error.h"

namespace skew {

std::string clock_text(double seconds) {
  if (!(seconds >= 0) || seconds > 1e7) return "–";
  const long s = std::lround(seconds);
  char buffer[32];
  if (s >= 3600)
    std::snprintf(buffer, sizeof buffer, "%ld:%02ld:%02ld", s / 3600, s / 60 % 60, s % 60);
  else
    std::snprintf(buffer, sizeof buffer, "%ld:%02ld", s / 60, s % 60);
  return buffer;
}

ProgressLine::ProgressLine(bool quiet) : terminal_(isatty(STDERR_FILENO) != 0), quiet_(quiet) {}

void ProgressLine::step(int64_t epoch, int64_t epochs, int64_t batch, int64_t batches, double loss,
                        double images_per_second, double seconds_left) {
  if (quiet_ || !terminal_) return;
  const auto now = std::chrono::steady_clock::now();
  if (now - last_ < std::chrono::milliseconds(100) && batch < batches) return;
  last_ = now, drawn_ = true;
  const int width = 20, filled = int(double(width) * double(batch) / double(std::max<int64_t>(1, batches)));
  std::string bar;
  for (int i = 0; i < width; ++i) bar += i < filled ? "━" : "╌";
  std::fprintf(stderr, "\r\033[K%3lld/%lld  %s  loss %s  %s img/s  %s left", static_cast<long long>(epoch),
               static_cast<long long>(epochs), bar.c_str(), report::significant(loss).c_str(),
               report::grouped(int64_t(images_per_second)).c_str(), clock_text(seconds_left).c_str());
  std::fflush(stderr);
}

void ProgressLine::line(const std::string& text) {
  if (quiet_) return;
  std::fprintf(stderr, "%s%s\n", drawn_ ? "\r\033[K" : "", text.c_str());
  std::fflush(stderr);
  drawn_ = false;
}

}  // namespace skew
