// Quoting cells, printing numbers.
#include "apps/formats/csv_text.h"

#include "apps/report/number_text.h"

namespace skew::report {

void CsvText::add(std::span<const std::string> cells) {
  for (size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) text_ += ',';
    if (cells[i].find_first_of(",\"\r\n") == std::string::npos) {
      text_ += cells[i];
      continue;
    }
    text_ += '"';
    for (const char c : cells[i]) text_ += c == '"' ? "\"\"" : std::string(1, c);
    text_ += '"';
  }
  text_ += '\n';
}

std::string csv_number(double value) { return exact(value); }

}  // namespace skew::report
