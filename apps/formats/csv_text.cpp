// Quoting fields, joining them.
#include "apps/formats/csv_text.h"

#include "core/error.h"

namespace skew {

std::string csv_line(std::span<const std::string> fields) {
  std::string line;
  for (size_t i = 0; i < fields.size(); ++i) {
    if (i > 0) line += ',';
    if (fields[i].find_first_of(",;\t\"\r\n") == std::string::npos && !(fields.size() == 1 && fields[i].empty())) {
      line += fields[i];
      continue;
    }
    line += '"';
    for (const char c : fields[i]) line.append(c == '"' ? 2 : 1, c);
    line += '"';
  }
  return line;
}

void CsvText::add(std::span<const std::string> fields) {
  if (fields.size() != width_)
    throw ValueError("a CSV row of " + std::to_string(fields.size()) + " fields, expected " + std::to_string(width_));
  text_ += csv_line(fields) + '\n';
}

}  // namespace skew
