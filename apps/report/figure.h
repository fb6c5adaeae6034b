// A finished figure: the drawing and the numbers it shows, always both.
// Not here: how it is drawn (line_chart.h, bar_chart.h, curve_chart.h).
#pragma once
#include <string>

#include "apps/formats/csv_text.h"

namespace skew::report {

struct Figure {
  std::string svg, csv;
};

// Writes stem.svg and stem.csv, each whole or not at all; throws FileError.
void write_figure(const std::string& stem, const Figure& figure);

// The same where a person named the drawing's file, x.svg, x.png or x.pdf (picture_file.h): that and x.csv. Returns
// what was written, "x.png x.csv".
std::string write_figure_file(const std::string& path, const Figure& figure);

}  // namespace skew::report
