// Measuring columns and laying out lines.
#include "apps/report/table.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>

#include "apps/formats/utf8.h"
#include "core/error.h"

namespace skew::report {
namespace {

std::string padded(const std::string& cell, int width, Align align) {
  const std::string space(size_t(std::max(0, width - column_width(cell))), ' ');
  return align == Align::left ? cell + space : space + cell;
}

}  // namespace

bool wants_style(std::FILE* stream) {
  if (!stream) return false;
  const char *no_color = std::getenv("NO_COLOR"), *terminal = std::getenv("TERM");
  if (no_color && *no_color) return false;
  if (!terminal || std::string_view(terminal) == "dumb") return false;
  return ::isatty(::fileno(stream)) == 1;
}

void Table::add_row(std::vector<std::string> cells) {
  if (cells.size() != columns_.size() || cells.empty())
    throw ValueError(text("table: ", cells.size(), " cells for ", columns_.size(), " columns"));
  for (size_t i = 0; i < cells.size(); ++i) cells[i] = fit_columns(cells[i], columns_[i].max_width);
  rows_.push_back(std::move(cells));
}

void Table::add_rule() { rows_.emplace_back(); }

std::string Table::str(bool styled) const {
  std::vector<int> widths;
  for (size_t i = 0; i < columns_.size(); ++i) {
    widths.push_back(column_width(columns_[i].name));
    for (const auto& row : rows_)
      if (!row.empty()) widths.back() = std::max(widths.back(), column_width(row[i]));
  }
  const auto line_of = [&](auto cell) {
    std::string line;
    for (size_t i = 0; i < columns_.size(); ++i)
      line += (i == 0 ? "" : "  ") + padded(cell(i), widths[i], columns_[i].align);
    return line.substr(0, line.find_last_not_of(' ') + 1);
  };
  const std::string header = line_of([&](size_t i) { return columns_[i].name; });
  std::string out = (styled ? "\x1b[1m" + header + "\x1b[0m" : header) + '\n';
  int total = 2 * std::max(0, int(columns_.size()) - 1);
  for (const int width : widths) total += width;
  for (const auto& row : rows_) {
    if (row.empty()) {
      for (int i = 0; i < total; ++i) out += "─";
    } else {
      out += line_of([&](size_t i) { return row[i]; });
    }
    out += '\n';
  }
  return out;
}

}  // namespace skew::report
