// Dots into characters.
#include "apps/report/braille_plot.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "apps/formats/utf8.h"
#include "apps/report/axes.h"
#include "apps/report/loss_colour.h"
#include "apps/report/number_text.h"
#include "apps/report/table.h"
#include "core/error.h"

namespace skew::report {
namespace {

// The colours of svg.h, as near as a terminal of 256 comes; slate is the terminal's own ink.
std::string coloured(const std::string& words, Colour colour) {
  constexpr const char* codes[] = {"38;5;33", "38;5;35", "38;5;166", "38;5;99",  "38;5;198", "38;5;178", "39",
                                   "90",      "38;5;37", "38;5;130", "38;5;160", "38;5;23",  "38;5;30",  "38;5;31",
                                   "38;5;37", "38;5;44", "38;5;80",  "38;5;87",  "38;5;123"};
  return text("\x1b[", codes[size_t(colour)], "m", words, "\x1b[0m");
}

std::string letter_of(size_t curve) { return std::string(1, char('a' + curve % 26)); }

// The dots of one character, the curve that drew there last, and whether its letter stands here instead.
struct Cell {
  char32_t dots = 0;
  size_t curve = 0;
  bool letter = false;
};

class Canvas {
 public:
  Canvas(int columns, int rows) : columns_(columns), rows_(rows), cells_(size_t(columns * rows)) {}
  int width() const { return 2 * columns_; }
  int height() const { return 4 * rows_; }

  void dot(int x, int y, size_t curve) {
    if (!inside(x, y)) return;
    constexpr char32_t bit[4][2] = {{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};
    Cell& cell = cells_[size_t(y / 4 * columns_ + x / 2)];
    cell.dots |= bit[y % 4][x % 2];
    if (!cell.letter) cell.curve = curve;
  }
  // Marks the curve's character nearest to a dot.
  void letter(int x, int y, size_t curve) {
    if (!inside(x, y)) return;
    Cell& cell = cells_[size_t(y / 4 * columns_ + x / 2)];
    if (cell.dots && !cell.letter) {
      cell.curve = curve;
      cell.letter = true;
    }
  }
  std::string row(int r, const std::vector<Colour>& colours) const {  // no colours: none
    std::string out;
    for (int c = 0; c < columns_; ++c) {
      const Cell& cell = cells_[size_t(r * columns_ + c)];
      const std::string dots = cell.letter ? letter_of(cell.curve)
                               : cell.dots ? encode(std::u32string(1, U'⠀' + cell.dots))
                                           : " ";
      out += !colours.empty() && cell.dots ? coloured(dots, colours[cell.curve]) : dots;
    }
    while (!out.empty() && out.back() == ' ') out.pop_back();
    return out;
  }

 private:
  bool inside(int x, int y) const { return x >= 0 && y >= 0 && x < width() && y < height(); }

  int columns_, rows_;
  std::vector<Cell> cells_;
};

std::vector<Colour> colours_of(const BraillePlot& plot) {
  std::vector<std::string> names;
  for (const BrailleCurve& c : plot.curves) names.push_back(c.name);
  const std::vector<LineStyle> lines = plot.losses ? loss_lines(names) : std::vector<LineStyle>{};
  std::vector<Colour> colours;
  for (size_t k = 0; k < names.size(); ++k) colours.push_back(plot.losses ? lines[k].colour : series_colour(k));
  return colours;
}

}  // namespace

std::string braille_plot(const BraillePlot& plot, bool styled) {
  std::vector<std::vector<double>> all;
  for (const BrailleCurve& curve : plot.curves) {
    if (curve.y.size() != plot.x.size())
      throw ValueError(
          text("braille plot: ", curve.name, " has ", curve.y.size(), " values for ", plot.x.size(), " x"));
    all.push_back(curve.y);
  }
  const Extent y = padded_extent(all);
  const Scale rows{y.low, y.high, double(4 * plot.rows - 1), 0};  // of dots
  std::map<int, std::string> labels;                              // round numbers, at the rows nearest to them
  const std::vector<double> ticks = round_ticks(y.low, y.high, 4);
  const std::vector<std::string> tick_words = tick_labels(ticks);
  int room = 0;
  for (size_t i = 0; i < ticks.size(); ++i) {
    labels[int(std::lround(rows(ticks[i]))) / 4] = tick_words[i];
    room = std::max(room, column_width(tick_words[i]));
  }
  const int columns = std::min(plot.columns, terminal_columns - room - 2);
  Canvas canvas(columns, plot.rows);
  const double x_low = plot.x.empty() ? 0 : plot.x.front(), x_high = plot.x.size() < 2 ? x_low + 1 : plot.x.back();
  const Scale across{x_low, x_high, 0, canvas.width() - 1.0};
  for (size_t k = plot.curves.size(); k-- > 0;) {  // the first one on top
    const std::vector<double>& values = plot.curves[k].y;
    for (size_t i = 0; i < values.size(); ++i) {
      if (!std::isfinite(values[i])) continue;
      const double px = across(plot.x[i]), py = rows(values[i]);
      const bool joined = i > 0 && std::isfinite(values[i - 1]);
      const double qx = joined ? across(plot.x[i - 1]) : px, qy = joined ? rows(values[i - 1]) : py;
      const int dots = int(std::max(std::abs(px - qx), std::abs(py - qy))) + 1;
      for (int d = 0; d <= dots; ++d)
        canvas.dot(int(std::lround(qx + (px - qx) * d / dots)), int(std::lround(qy + (py - qy) * d / dots)), k);
    }
  }

  const std::vector<Colour> own = colours_of(plot), colours = styled ? own : std::vector<Colour>{};
  const bool letters =
      plot.curves.size() > 1 && (!styled || std::set<Colour>(own.begin(), own.end()).size() < own.size());
  if (letters) {  // each curve at its own columns, so that curves in one place are seen to be several
    const int curves = int(plot.curves.size()), period = std::max(12, 2 * curves);
    for (int k = 0; k < curves; ++k)
      for (int c = (2 * k + 1) * period / (2 * curves); c < columns; c += period) {
        const double at = x_low + (2 * c + .5) / (canvas.width() - 1) * (x_high - x_low);
        const size_t i = size_t(std::lower_bound(plot.x.begin(), plot.x.end(), at) - plot.x.begin());
        const double value = i < plot.x.size() ? plot.curves[size_t(k)].y[i] : HUGE_VAL;
        if (std::isfinite(value)) canvas.letter(2 * c, int(std::lround(rows(value))), size_t(k));
      }
  }

  std::string out = plot.title.empty() ? "" : plot.title + '\n';
  for (int r = 0; r < plot.rows; ++r) {
    const std::string label = labels.contains(r) ? labels[r] : "";
    out += std::string(size_t(room - column_width(label)), ' ') + label + (label.empty() ? " │" : " ┤") +
           canvas.row(r, colours) + '\n';
  }
  const std::string left = significant(x_low, 3), right = significant(x_high, 3);
  const int space = columns - int(left.size() + right.size());
  std::string name = cut_columns(plot.x_name, std::max(0, space - 2));
  const int before = std::max(0, (space - column_width(name)) / 2);
  out += std::string(size_t(room + 2), ' ') + left + std::string(size_t(before), ' ') + name +
         std::string(size_t(std::max(0, space - before - column_width(name))), ' ') + right + '\n';
  const std::string begin(size_t(room + 2), ' ');
  int at = 0;  // column of the line of names; 0: none begun
  for (size_t k = 0; k < plot.curves.size(); ++k) {
    if (plot.curves[k].name.empty()) continue;
    const std::string sign = letters ? letter_of(k) : "⣿",
                      shown = cut_columns(plot.curves[k].name, terminal_columns - int(begin.size()) - 2);
    const std::string mark = styled ? coloured(sign, own[k]) + ' ' : letters ? sign + ' ' : "";
    const int width = column_width(shown) + (mark.empty() ? 0 : 2);
    const bool goes_on = at > 0 && at + 3 + width <= terminal_columns;
    if (goes_on) out += " · ";
    else out += (at > 0 ? "\n" : "") + begin;
    at = (goes_on ? at + 3 : int(begin.size())) + width;
    out += mark + shown;
  }
  if (at > 0) out += '\n';
  return out;
}

}  // namespace skew::report
