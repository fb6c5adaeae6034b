// What figures with axes share: frames with round ticks, and names at the ends of curves that do not overlap.
// Used by line_chart.h and function_chart.h.
#pragma once
#include <string>
#include <vector>

#include "apps/report/scale.h"
#include "apps/report/svg.h"

namespace skew::report {

struct PlotArea {
  double left, right, top, bottom;
};

// Horizontal grid lines with their numbers, ticks below, the name of x at the lower right.
void draw_axes(Svg& svg, const PlotArea& area, const Scale& x, const Scale& y, const std::string& x_name,
               bool whole_x = false);

struct EndLabel {
  double y;  // of the baseline, pixels
  std::string words;
  Colour colour;
};
constexpr double label_distance = 15;

// Pushes labels apart so that each is readable, and back into the area; returns the farthest that one was moved.
double spread(std::vector<EndLabel>& labels, const PlotArea& area);

}  // namespace skew::report
