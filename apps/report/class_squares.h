// A grid of unit squares, one a class, with the class's name and a few words above each: what curve_chart.h and
// compare_chart.h draw into.
#pragma once
#include <cstddef>
#include <string>

#include "apps/metrics/class_means.h"
#include "apps/report/svg.h"

namespace skew::report {

// Where a class's square is on the page: (0, 0) of it is the lower left corner, (1, 1) the upper right one.
struct Square {
  double left, top;
  Point operator()(double x, double y) const;
  static constexpr double side = 138;
};

// Three to five squares a row, below `top` pixels and to the left of the page's margin.
class SquareGrid {
 public:
  explicit SquareGrid(size_t squares, double top = Svg::top);
  Square square(size_t index) const;
  double width() const;   // of the page
  double height() const;  // of the page, a line of words below the squares included
  double left() const;    // of the first square
  Point words() const;    // where that line begins

 private:
  size_t columns_, rows_;
  double top_;
};

// Frame, ticks at 0 and 1, and the name, shortened where it is longer than its square. Words below the name are the
// caller's: they begin at square_words(at).
void draw_square(Svg& svg, const Square& at, const std::string& name);
Point square_words(const Square& at);

// "tail medium head" in their colours, ending at the page's right margin at this height.
void draw_bands(Svg& svg, double right, double y);

}  // namespace skew::report
