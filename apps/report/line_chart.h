// Curves over epochs as small multiples: one panel a quantity, lines labelled at their ends, the best value marked.
// results.svg of a run is one of these. Not for curves in the unit square (curve_chart.h).
#pragma once
#include <string>
#include <vector>

#include "apps/report/figure.h"

namespace skew::report {

struct Line {
  std::string name;       // written at the line's end: "train", "val"
  std::vector<double> y;  // one value an x; NaN leaves a gap
};

enum class Best { none, lowest, highest };

struct Panel {
  std::string name;  // "loss", "mAP"
  std::vector<Line> lines;
  Best best = Best::none;  // marks the best value of the last line (validation)
};

struct LineChart {
  std::string title, sentence;  // the sentence says what the figure shows
  std::string x_name = "epoch";
  std::vector<double> x = {};  // rising; whole numbers
  std::vector<Panel> panels = {};
};

// The CSV has one row an x and one column a line, "panel/line". Throws ValueError if a line has not one value an x.
Figure line_chart(const LineChart& chart);

}  // namespace skew::report
