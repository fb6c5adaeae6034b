// Laying out one pair of axes, its curves and their names.
#include "apps/report/function_chart.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "apps/report/axes.h"
#include "apps/report/number_text.h"
#include "core/error.h"

namespace skew::report {
namespace {

// Narrow, so that the words stay readable when a page shrinks the figure to a telephone's width.
constexpr double curves_width = 560, curves_height = 280, curves_axis = 44, swatch = 26;
constexpr double widest_name = 130;
constexpr size_t most_named = 8;  // at peaks; more would be a heap

// The first curve that runs where this one does; itself where none does before it.
size_t below(const FunctionChart& chart, size_t i) {
  const FunctionCurve& curve = chart.curves[i];
  const auto close = [](double a, double b) { return std::abs(a - b) <= 1e-6 * (1 + std::abs(a)); };
  for (size_t k = 0; k < i; ++k) {
    const FunctionCurve& other = chart.curves[k];
    if (other.x == curve.x && std::equal(curve.y.begin(), curve.y.end(), other.y.begin(), close)) return k;
  }
  return i;
}
bool covers(const FunctionChart& chart, size_t i) { return below(chart, i) != i; }

// A curve over another one is broken, the third of a place otherwise than the second, so that all are seen; and so that
// no two of a colour look alike.
std::vector<LineStyle> lines_of(const FunctionChart& chart) {
  const size_t count = chart.curves.size();
  std::vector<LineStyle> lines(count);
  for (size_t i = 0; i < count; ++i) lines[i] = i < chart.lines.size() ? chart.lines[i] : series_line(i);
  for (size_t i = 0; i < count; ++i) {
    const size_t first = below(chart, i);
    if (lines[i].pattern != Pattern::solid || first == i) continue;
    const auto is_free = [&](Pattern pattern) {
      for (size_t k = 0; k < count; ++k) {
        if (k == i) continue;
        if (lines[k] == LineStyle{lines[i].colour, pattern}) return false;
        if (k < i && below(chart, k) == first && lines[k].pattern == pattern) return false;
      }
      return true;
    };
    lines[i].pattern = Pattern::dash;
    for (const Pattern pattern : {Pattern::dashdot, Pattern::dots, Pattern::dash})
      if (is_free(pattern)) lines[i].pattern = pattern;
  }
  return lines;
}

void check(const FunctionChart& chart) {
  for (const FunctionCurve& c : chart.curves)
    if (c.x.size() != c.y.size())
      throw ValueError(text("function chart: ", c.name, " has ", c.x.size(), " x and ", c.y.size(), " y"));
}

const std::string& shown_name(const FunctionCurve& curve) { return curve.shown.empty() ? curve.name : curve.shown; }

// What stands beside a name in the key.
std::string note_of(const FunctionChart& chart, size_t i) {
  const size_t first = below(chart, i);
  return first == i ? chart.curves[i].note : "same curve as " + shown_name(chart.curves[first]);
}

// Rows of swatches, names and notes; returns the height they take. Draws only if `svg` is given.
double key(Svg* svg, const FunctionChart& chart, const std::vector<LineStyle>& lines, double left, double right,
           double top) {
  if (chart.curves.empty() || (chart.curves.size() == 1 && chart.curves[0].note.empty())) return 0;
  double x = left, y = top;
  for (size_t i = 0; i < chart.curves.size(); ++i) {
    const FunctionCurve& curve = chart.curves[i];
    const std::string words = note_of(chart, i);
    const double note = words.empty() ? 0 : text_width(words, 12) + 7, before = swatch + 6;
    const double name = std::min(text_width(shown_name(curve), 12 * bold), right - left - before - note);
    if (x > left && x + before + name + note > right) {
      x = left;
      y += 18;
    }
    if (svg) {
      svg->line({x, y - 4}, {x + swatch, y - 4}, "curve " + line_classes(lines[i]));
      svg->text({x + before, y}, fit_name(shown_name(curve), name, 12 * bold), "small strong");
      if (note > 0) svg->text({x + before + name + 7, y}, words, "muted small");
    }
    x += before + name + note + 18;
  }
  return y - top + 22;
}

std::vector<Point> drawn_points(const FunctionCurve& curve, const Scale& x, const Scale& y) {
  std::vector<Point> points;
  for (size_t k = 0; k < curve.x.size(); ++k) points.push_back({x(curve.x[k]), y(curve.y[k])});
  return points;
}

// Where |y| is largest of all that is drawn.
std::optional<size_t> peak_of(const FunctionCurve& curve) {
  std::optional<size_t> found;
  for (size_t k = 0; k < curve.y.size(); ++k)
    if (std::isfinite(curve.y[k]) && (!found || std::abs(curve.y[k]) > std::abs(curve.y[*found]))) found = k;
  return found;
}

// A dot at each peak that lies within the picture, and names there as far as there is room. A curve that runs where
// another does has no name there: it would be taken for the other's.
void draw_peaks(Svg& svg, const FunctionChart& chart, const std::vector<LineStyle>& lines, const PlotArea& area,
                const std::vector<std::vector<Point>>& points) {
  LabelPlaces places(area, points);
  for (size_t i = 0; i < chart.curves.size(); ++i) {
    const std::optional<size_t> peak = peak_of(chart.curves[i]);
    if (!peak || covers(chart, i)) continue;
    if (*peak > 0 && *peak + 1 < points[i].size()) svg.circle(points[i][*peak], 3, fill(lines[i].colour));
    const std::string& name = shown_name(chart.curves[i]);
    const double width = text_width(name, 12 * bold);
    if (chart.curves.size() < 2 || chart.curves.size() > most_named || width > widest_name) continue;
    if (const auto place = places.near(i, *peak, width))
      svg.text(place->at, name, "small strong halo " + ink(lines[i].colour), place->anchor);
  }
}

void draw_zones(Svg& svg, const FunctionChart& chart, const PlotArea& area, const Scale& x) {
  double from = area.left, free = std::max(area.left, Svg::margin + text_width(chart.y_name, 12) + 8);
  for (const Zone& zone : chart.zones) {
    const double left = std::max(area.left, x(zone.from)), right = std::min(area.right, x(zone.to));
    if (!(right > left)) continue;
    if (from > area.left) svg.line({left, area.top}, {left, area.bottom}, "grid");
    from = right;
    if (zone.shade > 0)
      svg.rect({left, area.top}, right - left, area.bottom - area.top,
               fill(Colour::quiet) + (zone.shade > 1 ? " deep" : " zone"));
    const double width = text_width(zone.name, 12);  // in the middle of its zone, as far as there is room
    const double middle = std::max(free + width / 2, std::min((left + right) / 2, area.right - width / 2));
    if (middle + width / 2 > area.right) continue;
    svg.text({middle, area.top - 6}, zone.name, "muted small", Anchor::middle);
    free = middle + width / 2 + 8;
  }
}

std::string csv_of(const FunctionChart& chart) {
  CsvText csv({"curve", chart.x_name, chart.y_name});
  for (const FunctionCurve& c : chart.curves)
    for (size_t i = 0; i < c.x.size(); ++i) csv.add({c.name, exact(c.x[i]), exact(c.y[i])});
  return csv.str();
}

}  // namespace

Figure function_chart(const FunctionChart& chart) {
  check(chart);
  const std::vector<LineStyle> lines = lines_of(chart);
  std::vector<std::vector<double>> xs, ys;
  for (const FunctionCurve& c : chart.curves) {
    xs.push_back(c.x);
    ys.push_back(c.y);
  }
  if (chart.diagonal) {
    xs.push_back({0, 1});
    ys.push_back({0, 1});
  }
  Extent up = padded_extent(ys);
  if (chart.curves.size() > 1) up.high += (up.high - up.low) / 20;  // for a name above the highest peak
  Extent across = extent(xs).value_or(Extent{0, 1});
  const bool probability = across.low > 0 && across.low < .02 && across.high > .98 && across.high < 1;
  if (across.low == across.high || probability) across = {0, 1};

  const double right_edge = curves_width - Svg::margin;
  const double above = key(nullptr, chart, lines, Svg::margin, right_edge, 0);
  const double top = Svg::top + 26 + above;
  const PlotArea area{Svg::margin + curves_axis, right_edge - 8, top, top + curves_height};
  Svg svg(curves_width, area.bottom + 50, chart.title, chart.sentence);
  key(&svg, chart, lines, Svg::margin, right_edge, Svg::top + 10);
  const Scale x{across.low, across.high, area.left, area.right}, y{up.low, up.high, area.bottom, area.top};
  svg.text({Svg::margin, area.top - 12}, chart.y_name, "muted small");
  draw_zones(svg, chart, area, x);
  draw_axes(svg, area, x, y, chart.x_name);
  if (up.low < 0 && up.high > 0) svg.line({area.left, y(0)}, {area.right, y(0)}, "axis");
  if (chart.diagonal) svg.line({x(0), y(0)}, {x(1), y(1)}, "axis dash");
  std::vector<std::vector<Point>> points;
  for (const FunctionCurve& c : chart.curves) points.push_back(drawn_points(c, x, y));
  for (size_t i = chart.curves.size(); i-- > 0;)  // the first one over the others
    if (!covers(chart, i)) svg.polyline(points[i], "curve " + line_classes(lines[i]));
  for (const Pattern pattern : {Pattern::solid, Pattern::dashdot, Pattern::dash, Pattern::dots})  // the shortest last
    for (size_t i = 0; i < chart.curves.size(); ++i)
      if (covers(chart, i) && lines[i].pattern == pattern) svg.polyline(points[i], "curve " + line_classes(lines[i]));
  draw_peaks(svg, chart, lines, area, points);
  return {svg.str(), csv_of(chart)};
}

}  // namespace skew::report
