// What a person sees while a race runs: a line a finished cell, on a terminal a redrawn one below, with the time that
// the whole grid still needs.
#pragma once
#include <chrono>
#include <string>

#include "apps/race/cell.h"
#include "apps/race/plan.h"
#include "apps/training/progress_line.h"

namespace skew::race {

class RaceProgress {
 public:
  RaceProgress(int64_t cells, int64_t done_before);
  void begin(const std::string& label, const Cell& cell);
  void within(double share);           // of the cell's training
  void end(const CellResult& result);  // of the cell that began last

 private:
  std::string place() const;             // "12/42  ral  missing .25  seed 1"
  std::string left(double share) const;  // from the cells of this session; "–" before there is one
  double seconds() const;                // since begin()

  int64_t cells_, done_, ended_ = 0;
  double seconds_of_ended_ = 0;
  std::string label_;
  Cell cell_{};
  std::chrono::steady_clock::time_point start_{};
  ProgressLine progress_;
};

}  // namespace skew::race
