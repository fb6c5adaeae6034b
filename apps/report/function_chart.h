// Functions of a number as curves over one pair of axes: losses over p, optimal p over rate. Names stand at the curves'
// ends where they fit, in a legend otherwise. Not for quantities over epochs (line_chart.h).
#pragma once
#include <string>
#include <vector>

#include "apps/report/figure.h"
#include "apps/report/svg.h"

namespace skew::report {

struct FunctionCurve {
  std::string name;
  std::vector<double> x, y;  // of one length, x rising; NaN in y leaves a gap
};

struct FunctionChart {
  std::string title, sentence;  // the sentence says what the figure shows
  std::string x_name, y_name;
  std::vector<FunctionCurve> curves = {};
  bool diagonal = false;              // y = x, dashed
  std::vector<LineStyle> lines = {};  // how each curve is drawn, as loss_lines (loss_colour.h) of losses; else by order
};

// The CSV is long: curve, x, y. Throws ValueError for a curve whose x and y differ in length.
Figure function_chart(const FunctionChart& chart);

}  // namespace skew::report
