// Writing tables as comma-separated text (RFC 4180). Putting it into a file is core/file.h's write_file. No system
// calls here: the studio's page is built from it too. Read next: csv.h, the reader.
#pragma once
#include <initializer_list>
#include <span>
#include <string>

namespace skew {

// One line without its end: fields with a separator, quote or line break are quoted, and so is a lone empty field, which as
// an empty line readers would skip.
std::string csv_line(std::span<const std::string> fields);

class CsvText {
 public:
  explicit CsvText(std::span<const std::string> columns) : width_(columns.size()) { add(columns); }
  CsvText(std::initializer_list<std::string> columns) : CsvText(std::span(columns.begin(), columns.size())) {}
  void add(std::span<const std::string> fields);  // as many as columns, else ValueError
  void add(std::initializer_list<std::string> fields) { add(std::span(fields.begin(), fields.size())); }
  const std::string& str() const { return text_; }

 private:
  size_t width_;
  std::string text_;
};

}  // namespace skew
