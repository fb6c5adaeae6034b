// Dots into characters.
#include "apps/report/braille_plot.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "apps/report/number_text.h"
#include "apps/report/scale.h"
#include "apps/report/utf8.h"
#include "core/error.h"

namespace skew::report {
namespace {

constexpr std::array colours{34, 32, 33, 35, 36, 31};  // ANSI

// The dots of one character, and the curve that drew there last.
struct Cell {
  char32_t dots = 0;
  size_t curve = 0;
};

class Canvas {
 public:
  Canvas(int columns, int rows) : columns_(columns), rows_(rows), cells_(static_cast<size_t>(columns * rows)) {}
  int width() const { return 2 * columns_; }
  int height() const { return 4 * rows_; }

  void dot(int x, int y, size_t curve) {
    if (x < 0 || y < 0 || x >= width() || y >= height()) return;
    constexpr char32_t bit[4][2] = {{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};
    Cell& cell = cells_[static_cast<size_t>(y / 4 * columns_ + x / 2)];
    cell.dots |= bit[y % 4][x % 2], cell.curve = curve;
  }
  std::string row(int r, bool styled) const {
    std::string out;
    for (int c = 0; c < columns_; ++c) {
      const Cell& cell = cells_[static_cast<size_t>(r * columns_ + c)];
      const std::string dots = cell.dots ? encode(std::u32string(1, U'⠀' + cell.dots)) : " ";
      out += styled && cell.dots ? text("\x1b[", colours[cell.curve % colours.size()], "m", dots, "\x1b[0m") : dots;
    }
    while (!out.empty() && out.back() == ' ') out.pop_back();
    return out;
  }

 private:
  int columns_, rows_;
  std::vector<Cell> cells_;
};

}  // namespace

std::string braille_plot(const BraillePlot& plot, bool styled) {
  std::vector<std::vector<double>> all;
  for (const BrailleCurve& curve : plot.curves) {
    if (curve.y.size() != plot.x.size())
      throw ValueError(text("braille plot: ", curve.name, " has ", curve.y.size(), " values for ", plot.x.size(), " x"));
    all.push_back(curve.y);
  }
  const Extent y = padded_extent(all);
  Canvas canvas(plot.columns, plot.rows);
  const double x_low = plot.x.empty() ? 0 : plot.x.front(), x_high = plot.x.size() < 2 ? x_low + 1 : plot.x.back();
  const Scale across{x_low, x_high, 0, canvas.width() - 1.0}, up{y.low, y.high, canvas.height() - 1.0, 0};
  for (size_t k = plot.curves.size(); k-- > 0;) {  // the first one on top
    const std::vector<double>& values = plot.curves[k].y;
    for (size_t i = 0; i < values.size(); ++i) {
      if (!std::isfinite(values[i])) continue;
      const double px = across(plot.x[i]), py = up(values[i]);
      const bool joined = i > 0 && std::isfinite(values[i - 1]);
      const double qx = joined ? across(plot.x[i - 1]) : px, qy = joined ? up(values[i - 1]) : py;
      const int dots = static_cast<int>(std::max(std::abs(px - qx), std::abs(py - qy))) + 1;
      for (int d = 0; d <= dots; ++d)
        canvas.dot(static_cast<int>(std::lround(qx + (px - qx) * d / dots)),
                   static_cast<int>(std::lround(qy + (py - qy) * d / dots)), k);
    }
  }

  std::string out = plot.title.empty() ? "" : plot.title + '\n';
  const std::string top = significant(y.high, 3), middle = significant((y.low + y.high) / 2, 3),
                    bottom = significant(y.low, 3);
  const size_t room = std::max({top.size(), middle.size(), bottom.size()});
  for (int r = 0; r < plot.rows; ++r) {
    const std::string label = r == 0 ? top : r == plot.rows / 2 ? middle : r + 1 == plot.rows ? bottom : "";
    out += std::string(room - label.size(), ' ') + label + (label.empty() ? " │" : " ┤") + canvas.row(r, styled) + '\n';
  }
  const std::string left = significant(x_low, 3), right = significant(x_high, 3);
  const int space = plot.columns - static_cast<int>(left.size() + right.size());
  std::string name = fit_columns(plot.x_name, std::max(0, space - 2));
  const int before = std::max(0, (space - column_width(name)) / 2);
  out += std::string(room + 2, ' ') + left + std::string(static_cast<size_t>(before), ' ') + name +
         std::string(static_cast<size_t>(std::max(0, space - before - column_width(name))), ' ') + right + '\n';
  std::string names;
  for (size_t k = 0; k < plot.curves.size(); ++k) {
    const std::string mark = styled ? text("\x1b[", colours[k % colours.size()], "m⣿\x1b[0m ") : "";
    if (!plot.curves[k].name.empty()) names += (names.empty() ? "" : " · ") + mark + plot.curves[k].name;
  }
  if (!names.empty()) out += std::string(room + 2, ' ') + names + '\n';
  return out;
}

}  // namespace skew::report
