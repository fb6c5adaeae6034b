// What a person sees on stderr while something runs: on a terminal one line that is redrawn, and lines that stay.
#pragma once
#include <chrono>
#include <string>

namespace skew {

class ProgressLine {
 public:
  explicit ProgressLine(bool quiet = false);
  // Whether to redraw: on a terminal alone, and ten times a second at most, unless `at_once`.
  bool due(bool at_once = false) const;
  void redraw(const std::string& words);
  void line(const std::string& words);  // a line that stays; wipes the redrawn one first

 private:
  bool terminal_, quiet_, drawn_ = false;
  std::chrono::steady_clock::time_point last_{};
};

std::string clock_text(double seconds);  // 0:07, 12:40, 1:02:03

}  // namespace skew
