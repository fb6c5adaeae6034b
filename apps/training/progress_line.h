// What a person sees while a run trains: on a terminal one line that is redrawn, otherwise a clean line an epoch.
#pragma once
#include <chrono>
#include <string>

namespace skew {

// Progress of one epoch on stderr.
class ProgressLine {
 public:
  explicit ProgressLine(bool quiet);
  // Redraws at most ten times a second, and only on a terminal.
  void step(int64_t epoch, int64_t epochs, int64_t batch, int64_t batches, double loss, double images_per_second,
            double seconds_left);
  void line(const std::string& text);  // a line that stays; wipes the redrawn one first

 private:
  bool terminal_, quiet_, drawn_ = false;
  std::chrono::steady_clock::time_point last_{};
};

std::string clock_text(double seconds);  // 0:07, 12:40, 1:02:03

}  // namespace skew
