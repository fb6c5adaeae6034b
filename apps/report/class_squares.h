// A grid of unit squares, one a class, with the class's name and a few words above each: what curve_chart.h and
// compare_chart.h draw into.
#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "apps/metrics/class_means.h"
#include "apps/report/svg.h"

namespace skew::report {

// Where a class's square is on the page: (0, 0) of it is the lower left corner, (1, 1) the upper right one.
struct Square {
  double left, top;
  Point operator()(double x, double y) const;
  static constexpr double side = 138;
};

// Three to five squares a row, below `top` pixels and to the left of the page's margin, each with so many lines of
// words between its name and itself.
class SquareGrid {
 public:
  explicit SquareGrid(size_t squares, double top = Svg::top, size_t lines = 1);
  Square square(size_t index) const;
  double width() const;   // of the page
  double height() const;  // of the page, a line of words below the squares included
  double left() const;    // of the first square
  Point words() const;    // where that line begins

 private:
  size_t columns_, rows_;
  double top_, above_, pitch_y_;  // above_: of a square, for its name and words
};

// The names of all squares as they fit above them.
std::vector<std::string> square_names(const std::vector<std::string>& names);
// Frame, ticks at 0 and 1, and the name, one of square_names. Words below the name are the caller's: they begin at
// square_words(at), those of several lines with the line's number and how many there are.
void draw_square(Svg& svg, const Square& at, const std::string& name, size_t lines = 1);
Point square_words(const Square& at, size_t line = 0, size_t lines = 1);

// "tail medium head" in their colours, those that there are, ending at the page's right margin at this height.
void draw_bands(Svg& svg, double right, double y, const std::vector<metrics::Band>& bands);

}  // namespace skew::report
