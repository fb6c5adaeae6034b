// Repeated measurements as dots, with their mean and its interval: a row a method in its own colour, a line of it a
// condition, a panel a quantity. The figure of a race. Not for one measurement a class (bar_chart.h).
#pragma once
#include <string>
#include <vector>

#include "apps/report/figure.h"
#include "apps/report/svg.h"

namespace skew::report {

enum class Apart { no, better, worse };

struct Repeats {
  std::vector<double> values;       // drawn as small dots; NaN left out
  double mean = 0, half_width = 0;  // NaN half width: no interval drawn
  Apart apart = Apart::no;          // from the first row, by a test: marked beside the number
};

struct IntervalPanel {
  std::string name;                        // "mAP"
  std::vector<std::vector<Repeats>> rows;  // [row][series]
};

struct IntervalChart {
  std::string title, sentence;             // the sentence says what the figure shows
  std::vector<std::string> rows;           // names, from the top
  std::vector<std::string> series;         // names of the conditions; one: not named
  std::vector<IntervalPanel> panels = {};  // at most four look well
  std::vector<LineStyle> lines = {};       // a row's colour; else by order
};

// The CSV is long: panel, row, series, mean, half width, values (joined by spaces). Throws ValueError for a panel whose
// rows or series differ in number from the names.
Figure interval_chart(const IntervalChart& chart);

}  // namespace skew::report
