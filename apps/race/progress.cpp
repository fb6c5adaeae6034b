// The lines of a running race and the estimate of what is left.
#include "apps/race/progress.h"

#include <algorithm>

#include "apps/report/number_text.h"
#include "apps/report/table.h"
#include "core/error.h"

namespace skew::race {

using Clock = std::chrono::steady_clock;

RaceProgress::RaceProgress(int64_t cells, int64_t done_before) : cells_(cells), done_(done_before) {
  if (done_ > 0) progress_.line(text(done_, " of ", cells_, " runs are done already"));
}

double RaceProgress::seconds() const { return std::chrono::duration<double>(Clock::now() - start_).count(); }

std::string RaceProgress::place() const {
  return text(done_ + 1, "/", cells_, "  ", label_,
              cell_.missing > 0 ? "  missing " + report::share(cell_.missing, 2) : "", "  seed ", cell_.seed);
}

// A cell takes as long as the ended ones on average; the first is judged by its own pace.
std::string RaceProgress::left(double share) const {
  if (ended_ == 0 && share < .02) return "–";
  const double own = share > 0 ? seconds() / share : 0;
  const double one = ended_ ? (seconds_of_ended_ + own * share) / (double(ended_) + share) : own;
  return clock_text(one * (double(cells_ - done_) - share));
}

void RaceProgress::begin(const std::string& label, const Cell& cell) {
  label_ = label;
  cell_ = cell;
  start_ = Clock::now();
  within(0);
}

void RaceProgress::within(double share) {
  if (!progress_.due()) return;
  progress_.redraw(
      text(place(), "  ", report::aligned(report::fixed(100 * share, 0), 3), " %   ", left(share), " left"));
}

void RaceProgress::end(const CellResult& result) {
  std::string line = place();
  line.resize(std::max<size_t>(line.size(), 26), ' ');
  if (result.failure.empty()) {
    for (const auto& [name, value] : result.metrics)
      if (name == "mAP" || name == "AUROC" || name == "balanced accuracy")
        line += "  " + (name == "balanced accuracy" ? "balanced" : name) + " " + report::share(value);
  } else {
    line += "  failed: " + result.failure.substr(0, result.failure.find('\n'));
  }
  const double took = seconds();
  ++done_;
  ++ended_;
  seconds_of_ended_ += took;
  start_ = Clock::now();
  const double left = seconds_of_ended_ / double(ended_) * double(cells_ - done_);
  progress_.line(report::wrapped(text(line, "   ", clock_text(took), "   ", clock_text(left), " left"), 7));
}

}  // namespace skew::race
