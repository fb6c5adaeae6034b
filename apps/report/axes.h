// What figures with axes share: linear scales, round tick values, frames, and names at the ends of curves that do not
// overlap. Not here: the drawing of what is between the axes.
#pragma once
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "apps/report/svg.h"

namespace skew::report {

// Maps [low, high] to [begin, end] pixels (end < begin turns the axis round).
struct Scale {
  double low, high, begin, end;
  double operator()(double value) const { return begin + (value - low) / (high - low) * (end - begin); }
};

// Multiples of 1, 2 or 5 times a power of ten within [low, high], about `wanted` of them; whole numbers if asked for.
std::vector<double> round_ticks(double low, double high, int wanted, bool whole_numbers = false);

// One text a tick with the digits their distance needs, as shares are written: 0 .5 1.0, with a true minus.
std::vector<std::string> tick_labels(std::span<const double> ticks);

struct Extent {
  double low, high;
};
// The smallest and largest finite value, if there is any.
std::optional<Extent> extent(std::span<const std::vector<double>> series);
// The same, widened by a twentieth at both ends, by half of itself if all are equal; {0, 1} without any.
Extent padded_extent(std::span<const std::vector<double>> series);

struct PlotArea {
  double left, right, top, bottom;
};

struct AxesLook {
  bool whole_x = false;   // ticks of x at whole numbers alone
  bool grid_rows = true;  // lines through the area at the ticks of y
};
// Numbers at the left with lines, ticks below, the name of x at the lower right.
void draw_axes(Svg& svg, const PlotArea& area, const Scale& x, const Scale& y, const std::string& x_name,
               AxesLook look = {});

struct EndLabel {
  double y;  // of the baseline, pixels
  std::string words;
  Colour colour;
};
constexpr double label_distance = 15;

// Pushes labels apart so that each is readable, and back into the area; returns the farthest that one was moved.
double spread(std::vector<EndLabel>& labels, const PlotArea& area);

// Finds room for the names of curves beside them: no name covers a curve or another name.
class LabelPlaces {
 public:
  LabelPlaces(const PlotArea& area, std::vector<std::vector<Point>> curves);
  struct Place {
    Point at;  // of the baseline
    Anchor anchor;
  };
  // For a text of this width and of 12 pixels at the point `peak` of a curve, or as near to it along the curve as there
  // is room; then nobody else gets that room. Nothing where there is none within a third of the area's width.
  std::optional<Place> near(size_t curve, size_t peak, double width);

 private:
  struct Room {
    double left, right, top, bottom;
  };
  // Whether no name and no curve is in it, and none but `own` within `apart` pixels: the name would be taken for its.
  bool is_free(const Room& room, size_t own, double apart) const;
  std::optional<Place> place_near(size_t curve, size_t peak, double width, double from_others);
  PlotArea area_;
  std::vector<std::vector<Point>> curves_;
  std::vector<Room> taken_;
};

// The last value that is finite, where a curve's name stands; NaN without any.
double last_finite(const std::vector<double>& values);

}  // namespace skew::report
