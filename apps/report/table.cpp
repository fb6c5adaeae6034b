// Measuring columns and laying out lines.
#include "apps/report/table.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <sstream>
#include <string_view>

#include "apps/formats/utf8.h"
#include "apps/report/short_names.h"
#include "core/error.h"

namespace skew::report {
namespace {

std::string padded(const std::string& cell, int width, Align align) {
  const std::string space(size_t(std::max(0, width - column_width(cell))), ' ');
  return align == Align::left ? cell + space : space + cell;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line.substr(0, line.find_last_not_of(' ') + 1));
  return lines;
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
  rows_.push_back(std::move(cells));
}

void Table::add_rule() { rows_.emplace_back(); }

void Table::narrow(std::vector<int>& widths) const {
  constexpr int least = 12;
  int total = 2 * (int(widths.size()) - 1);
  for (const int width : widths) total += width;
  for (; total > terminal_columns; --total) {
    int* widest = nullptr;
    for (size_t i = 0; i < widths.size(); ++i)
      if (columns_[i].align == Align::left && widths[i] > least && (!widest || widths[i] > *widest))
        widest = &widths[i];
    if (!widest) return;
    --*widest;
  }
}

std::vector<std::vector<std::string>> Table::fitted(const std::vector<int>& widths) const {
  std::vector<std::vector<std::string>> out = rows_;
  for (size_t i = 0; i < columns_.size(); ++i) {
    if (columns_[i].wraps) continue;
    std::vector<std::string> column;
    for (const auto& row : rows_)
      if (!row.empty()) column.push_back(row[i]);
    column = fit_all_columns(column, widths[i]);
    size_t k = 0;
    for (auto& row : out)
      if (!row.empty()) row[i] = column[k++];
  }
  return out;
}

std::string Table::str(bool styled) const {
  std::vector<int> widths;
  for (size_t i = 0; i < columns_.size(); ++i) {
    widths.push_back(column_width(columns_[i].name));
    for (const auto& row : rows_)
      if (!row.empty()) widths.back() = std::max(widths.back(), std::min(column_width(row[i]), columns_[i].max_width));
  }
  narrow(widths);
  const auto line_of = [&](auto cell) {
    std::string line;
    for (size_t i = 0; i < columns_.size(); ++i)
      line += (i == 0 ? "" : "  ") + padded(fit_columns(cell(i), widths[i]), widths[i], columns_[i].align);
    return line.substr(0, line.find_last_not_of(' ') + 1);
  };
  const std::string header = line_of([&](size_t i) { return columns_[i].name; });
  std::string out = (styled ? "\x1b[1m" + header + "\x1b[0m" : header) + '\n';
  int total = 2 * std::max(0, int(columns_.size()) - 1);
  for (const int width : widths) total += width;
  for (const auto& row : fitted(widths)) {
    if (row.empty()) {
      for (int i = 0; i < total; ++i) out += "─";
      out += '\n';
      continue;
    }
    std::vector<std::vector<std::string>> cells;  // the lines of each
    size_t lines = 1;
    for (size_t i = 0; i < row.size(); ++i) {
      cells.push_back(columns_[i].wraps ? lines_of(wrapped(row[i], 0, widths[i])) : std::vector{row[i]});
      lines = std::max(lines, cells.back().size());
    }
    for (size_t k = 0; k < lines; ++k)
      out += line_of([&](size_t i) { return k < cells[i].size() ? cells[i][k] : std::string(); }) + '\n';
  }
  return out;
}

}  // namespace skew::report
