// A plot in the terminal: curves as braille dots, two by four a character, with the numbers of its axes.
// For a first look; figures are function_chart.h.
#pragma once
#include <string>
#include <vector>

namespace skew::report {

struct BrailleCurve {
  std::string name;
  std::vector<double> y;  // one value an x; NaN leaves a gap
};

struct BraillePlot {
  std::string title, x_name;
  std::vector<double> x;  // rising
  std::vector<BrailleCurve> curves;
  bool losses = false;          // the curves are losses, in their own colours (loss_colour.h)
  int columns = 72, rows = 14;  // of characters, without the numbers; with them a terminal's 80 at most
};

// Curves are coloured if `styled`; without colour, or where two share one, they carry letters. Named below in any case.
// Throws ValueError if a curve has not one value an x.
std::string braille_plot(const BraillePlot& plot, bool styled = false);

}  // namespace skew::report
