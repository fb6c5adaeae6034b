// Redrawing the line, and the words for times in it.
#include "apps/training/progress_line.h"

#include <unistd.h>

#include <cmath>
#include <cstdio>

namespace skew {

std::string clock_text(double seconds) {
  if (!(seconds >= 0) || seconds > 1e7) return "–";
  const long s = std::lround(seconds);
  char buffer[32];
  if (s >= 3600) std::snprintf(buffer, sizeof buffer, "%ld:%02ld:%02ld", s / 3600, s / 60 % 60, s % 60);
  else std::snprintf(buffer, sizeof buffer, "%ld:%02ld", s / 60, s % 60);
  return buffer;
}

ProgressLine::ProgressLine(bool quiet) : terminal_(isatty(STDERR_FILENO) != 0), quiet_(quiet) {}

bool ProgressLine::due(bool at_once) const {
  const bool rested = std::chrono::steady_clock::now() - last_ >= std::chrono::milliseconds(100);
  return terminal_ && !quiet_ && (rested || at_once);
}

void ProgressLine::redraw(const std::string& words) {
  std::fprintf(stderr, "\r\033[K%s", words.c_str());
  std::fflush(stderr);
  last_ = std::chrono::steady_clock::now();
  drawn_ = true;
}

void ProgressLine::line(const std::string& words) {
  if (quiet_) return;
  std::fprintf(stderr, "%s%s\n", drawn_ ? "\r\033[K" : "", words.c_str());
  std::fflush(stderr);
  drawn_ = false;
}

}  // namespace skew
