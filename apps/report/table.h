// Tables in a terminal or a file: columns aligned by what a terminal shows, whatever the alphabet.
// Cells are text; number_text.h makes numbers into it, `–` where undefined. Not for CSV (figure.h).
#pragma once
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

namespace skew::report {

// Whether bold and colour are wanted on a stream: a terminal that is not "dumb", and NO_COLOR unset or empty.
bool wants_style(std::FILE* stream);

constexpr int terminal_columns = 80;  // what every line for people is kept to

// Sentences in lines of at most `columns`, broken at blanks; lines after the first begin with `indent` blanks. What
// has no blank, a path, is left whole, and so is a command in backticks. Line ends in `text` stay.
std::string wrapped(std::string_view text, int indent = 2, int columns = terminal_columns);

enum class Align { left, right };

struct Column {
  std::string name;
  Align align;
  int max_width;  // longer cells are shortened with '…', those of a column together (short_names.h)
  Column(std::string name, Align align = Align::right, int max_width = 40)
      : name(std::move(name)), align(align), max_width(max_width) {}
  bool wraps = false;  // longer cells go on in lines below, each as wide as a terminal leaves room for
  Column(const char* name) : Column(std::string(name)) {}
};
inline Column left(std::string name, int max_width = 40) { return {std::move(name), Align::left, max_width}; }

inline Column wrapping(std::string name) {
  Column column(std::move(name), Align::left, 1000);
  column.wraps = true;
  return column;
}

class Table {
 public:
  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  void add_row(std::vector<std::string> cells);  // throws ValueError unless one cell a column
  void add_rule();                               // a thin line, say above the means

  // Lines without trailing spaces, of at most 80 columns where shortening left-aligned cells, to 12 columns at the
  // least, can make them so; the header is bold if `styled`.
  std::string str(bool styled = false) const;

 private:
  void narrow(std::vector<int>& widths) const;
  std::vector<std::vector<std::string>> fitted(const std::vector<int>& widths) const;  // the rows, names shortened

  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;  // an empty row is a rule
};

}  // namespace skew::report
