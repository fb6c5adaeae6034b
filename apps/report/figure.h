// A finished figure: the drawing and the numbers it shows, always both.
// Not here: how it is drawn (line_chart.h, bar_chart.h, curve_chart.h).
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace skew::report {

struct Figure {
  std::string svg, csv;
};

// Writes stem.svg and stem.csv, each whole or not at all; throws FileError.
void write_figure(const std::string& stem, const Figure& figure);

// Rows of RFC 4180: cells with a comma, quote or line break are quoted, NaN is an empty cell, numbers keep every digit.
class CsvText {
 public:
  explicit CsvText(std::span<const std::string> header) { add(header); }
  void add(std::span<const std::string> cells);
  const std::string& str() const { return text_; }

 private:
  std::string text_;
};
std::string csv_number(double value);

}  // namespace skew::report
