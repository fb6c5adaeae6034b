// Functions of a number as curves over one pair of axes: losses over p, optimal p over rate. A key above names all
// curves; names also stand at the curves' peaks where there is room. Not for quantities over epochs (line_chart.h).
#pragma once
#include <string>
#include <vector>

#include "apps/report/figure.h"
#include "apps/report/svg.h"

namespace skew::report {

struct FunctionCurve {
  std::string name;
  std::vector<double> x, y;  // of one length, x rising; NaN in y leaves a gap
  std::string shown = {};    // the name in the drawing, if not the one in the CSV
  std::string note = {};     // beside the name in the key: "≤ .558 at p = .91"
};

// A part of the x axis, named above and shaded behind the curves.
struct Zone {
  double from, to;
  std::string name;
  int shade = 1;  // 0 none, 1 light, 2 deep
};

struct FunctionChart {
  std::string title, sentence;  // the sentence says what the figure shows
  std::string x_name, y_name;
  std::vector<FunctionCurve> curves = {};
  bool diagonal = false;              // y = x, dashed
  std::vector<LineStyle> lines = {};  // how each curve is drawn, as loss_lines (loss_colour.h) of losses; else by order
  std::vector<Zone> zones = {};
};

// An axis of probabilities, from nearly 0 to nearly 1, is drawn from 0 to 1. The CSV is long: curve, x, y. Throws
// ValueError for a curve whose x and y differ in length.
Figure function_chart(const FunctionChart& chart);

}  // namespace skew::report
