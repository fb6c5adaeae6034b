// The measures of the page.
#include "apps/report/class_squares.h"

#include <algorithm>

#include "apps/report/bar_chart.h"
#include "apps/report/short_names.h"

namespace skew::report {
namespace {

constexpr double square_gap = 26, square_pitch_x = Square::side + square_gap, square_rest = 70, ticks_room = 22,
                 title_room = 40, words_line = 15, words_height = 22;
constexpr size_t fewest_columns = 3, most_columns = 5;  // never so narrow that title and sentence do not fit

}  // namespace

Point Square::operator()(double x, double y) const { return {left + x * side, top + (1 - y) * side}; }

SquareGrid::SquareGrid(size_t squares, double top, size_t lines)
    : columns_(std::clamp(squares, fewest_columns, most_columns)),
      rows_(std::max<size_t>(1, (squares + columns_ - 1) / columns_)),
      top_(top),
      above_(title_room + words_line * double(std::max<size_t>(1, lines) - 1)),
      pitch_y_(Square::side + square_rest + above_ - title_room) {}

double SquareGrid::left() const { return Svg::margin + ticks_room; }
double SquareGrid::width() const { return left() + square_pitch_x * double(columns_) - square_gap + Svg::margin; }
double SquareGrid::height() const { return top_ + pitch_y_ * double(rows_) + words_height; }
Point SquareGrid::words() const { return {left(), height() - 16}; }

Square SquareGrid::square(size_t index) const {
  return {left() + square_pitch_x * double(index % columns_), top_ + above_ + pitch_y_ * double(index / columns_)};
}

Point square_words(const Square& at, size_t line, size_t lines) {
  return {at.left, at.top - 9 - words_line * double(lines - 1 - line)};
}

std::vector<std::string> square_names(const std::vector<std::string>& names) {
  return fit_names(names, Square::side + square_gap - 8, 13 * bold);
}

void draw_square(Svg& svg, const Square& at, const std::string& name, size_t lines) {
  for (const double tick : {0.25, 0.5, 0.75}) {
    svg.line(at(tick, 0), at(tick, 1), "grid");
    svg.line(at(0, tick), at(1, tick), "grid");
  }
  svg.line(at(0, 0), at(1, 0), "axis");
  svg.line(at(0, 0), at(0, 1), "axis");
  for (const int tick : {0, 1}) {
    svg.text({at.left - 6, at(0, tick).y + 4}, std::to_string(tick), "muted small", Anchor::end);
    svg.text({at(tick, 0).x, at(0, 0).y + 15}, std::to_string(tick), "muted small", Anchor::middle);
  }
  svg.text({at.left, square_words(at, 0, lines).y - 16}, name, "strong");
}

void draw_bands(Svg& svg, double right, double y, const std::vector<metrics::Band>& bands) {
  for (const metrics::Band band : {metrics::Band::tail, metrics::Band::medium, metrics::Band::head}) {
    if (std::find(bands.begin(), bands.end(), band) == bands.end()) continue;
    const std::string word(metrics::name(band));
    svg.text({right, y}, word, "small strong " + ink(band_colour(band)), Anchor::end);
    right -= text_width(word, 12 * bold) + 10;
  }
}

}  // namespace skew::report
