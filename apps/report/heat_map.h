// A number over two others, as shades of one colour with lines of equal height: a loss's peak gradient over two of its
// parameters. Not for curves (function_chart.h).
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "apps/report/figure.h"
#include "apps/report/svg.h"

namespace skew::report {

struct HeatMap {
  std::string title, sentence;
  std::string x_name, y_name, value_name;
  std::vector<double> x, y;                  // rising
  std::vector<double> values;                // values[j · x.size() + i] at x[i], y[j]; NaN is an empty cell
  std::optional<Point> mark = {};            // a place (x, y) to be marked: the loss's defaults
  std::string mark_name = "default";         // beside it
  std::string x_column = {}, y_column = {};  // what x and y are called in the CSV, if not as in the drawing
};

// The CSV has one row a cell. Throws ValueError unless there is one value a cell, and at least one.
Figure heat_map(const HeatMap& map);

}  // namespace skew::report
