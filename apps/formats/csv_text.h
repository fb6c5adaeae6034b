// CSV text: the numbers beside a figure. Writing it to a file is figure.h's.
#pragma once
#include <span>
#include <string>

namespace skew::report {

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
