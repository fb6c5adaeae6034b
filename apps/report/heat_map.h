// A number over two others, as shades of one colour: a loss's peak gradient over two of its parameters.
// Not for curves (function_chart.h).
#pragma once
#include <string>
#include <vector>

#include "apps/report/figure.h"

namespace skew::report {

struct HeatMap {
  std::string title, sentence;
  std::string x_name, y_name, value_name;
  std::vector<double> x, y;    // rising
  std::vector<double> values;  // values[j · x.size() + i] at x[i], y[j]; NaN is an empty cell
};

// The CSV has one row a cell. Throws ValueError unless there is one value a cell, and at least one.
Figure heat_map(const HeatMap& map);

}  // namespace skew::report
