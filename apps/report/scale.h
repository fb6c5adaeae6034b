// From numbers to pixels: linear scales and round tick values.
// Not here: drawing. Used by line_chart.h and bar_chart.h.
#pragma once
#include <span>
#include <string>
#include <vector>

namespace skew::report {

// Maps [low, high] to [begin, end] pixels (end < begin turns the axis round).
struct Scale {
  double low, high, begin, end;
  double operator()(double value) const { return begin + (value - low) / (high - low) * (end - begin); }
};

// Multiples of 1, 2 or 5 times a power of ten within [low, high], about `wanted` of them; whole numbers if asked for.
std::vector<double> round_ticks(double low, double high, int wanted, bool whole_numbers = false);

// One text a tick with the digits their distance needs: 0.0 0.5 1.0.
std::vector<std::string> tick_labels(std::span<const double> ticks);

// The smallest and largest finite value, widened by a twentieth at both ends, by half of itself if all are equal;
// {0, 1} without any.
struct Extent {
  double low, high;
};
Extent padded_extent(std::span<const std::vector<double>> series);

}  // namespace skew::report
