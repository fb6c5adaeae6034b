// Laying out one pair of axes, its curves and their names.
#include "apps/report/function_chart.h"

#include <algorithm>
#include <cmath>

#include "apps/report/axes.h"
#include "apps/report/number_text.h"
#include "core/error.h"

namespace skew::report {
namespace {

// Narrow, so that the words stay readable when a page shrinks the figure to a telephone's width.
constexpr double curves_width = 560, curves_height = 280, curves_axis = 44, most_shift = 32, swatch = 18;

// True if an earlier curve runs in the same place: this one is drawn over it in dashes, so that both are seen.
bool covers(const FunctionChart& chart, size_t i) {
  const FunctionCurve& curve = chart.curves[i];
  for (size_t k = 0; k < i; ++k) {
    const FunctionCurve& other = chart.curves[k];
    const auto close = [](double a, double b) { return std::abs(a - b) <= 1e-6 * (1 + std::abs(a)); };
    if (other.x == curve.x && std::equal(curve.y.begin(), curve.y.end(), other.y.begin(), close)) return true;
  }
  return false;
}

std::vector<LineStyle> lines_of(const FunctionChart& chart) {
  std::vector<LineStyle> lines(chart.curves.size());
  for (size_t i = 0; i < lines.size(); ++i) {
    lines[i] = i < chart.lines.size() ? chart.lines[i] : series_line(i);
    if (lines[i].pattern == Pattern::solid && covers(chart, i)) lines[i].pattern = Pattern::dash;
  }
  return lines;
}

void check(const FunctionChart& chart) {
  for (const FunctionCurve& c : chart.curves)
    if (c.x.size() != c.y.size())
      throw ValueError(text("function chart: ", c.name, " has ", c.x.size(), " x and ", c.y.size(), " y"));
}

// The names at the curves' ends; none if they would stand too far from them.
std::vector<EndLabel> end_labels(const FunctionChart& chart, const std::vector<LineStyle>& lines, const Scale& y,
                                 const PlotArea& area) {
  std::vector<EndLabel> labels;
  for (size_t i = 0; i < chart.curves.size(); ++i) {
    const double end = last_finite(chart.curves[i].y);
    if (std::isfinite(end)) labels.push_back({y(end) + 4, chart.curves[i].name, lines[i].colour});
  }
  if (spread(labels, area) > most_shift) return {};
  return labels;
}

// Rows of swatches and names; returns the height they take. Draws only if `svg` is given.
double legend(Svg* svg, const FunctionChart& chart, const std::vector<LineStyle>& lines, double left, double right,
              double top) {
  double x = left, y = top;
  for (size_t i = 0; i < chart.curves.size(); ++i) {
    const double width = swatch + 6 + text_width(chart.curves[i].name, 12) + 14;
    if (x > left && x + width > right) {
      x = left;
      y += 18;
    }
    if (svg) {
      svg->line({x, y - 4}, {x + swatch, y - 4}, "curve " + line_classes(lines[i]));
      svg->text({x + swatch + 6, y}, fit_name(chart.curves[i].name, right - x - swatch - 6, 12), "small");
    }
    x += width;
  }
  return y - top + 22;
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
  double widest = 0;
  for (const FunctionCurve& c : chart.curves) {
    xs.push_back(c.x);
    ys.push_back(c.y);
    widest = std::max(widest, text_width(c.name, 12 * bold) + 12);
  }
  if (chart.diagonal) {
    xs.push_back({0, 1});
    ys.push_back({0, 1});
  }
  const Extent up = padded_extent(ys);
  Extent across = extent(xs).value_or(Extent{0, 1});
  if (across.low == across.high) across = {0, 1};

  // Names at the ends first; if they do not fit there, a legend above the plot.
  const double right_edge = curves_width - Svg::margin;
  PlotArea area{Svg::margin + curves_axis, right_edge - widest, Svg::top + 26, Svg::top + 26 + curves_height};
  const auto scale_y = [&] { return Scale{up.low, up.high, area.bottom, area.top}; };
  const bool room = chart.curves.size() > 1 && widest < 170;
  const std::vector<EndLabel> labels = room ? end_labels(chart, lines, scale_y(), area) : std::vector<EndLabel>{};
  const bool above = labels.empty() && chart.curves.size() > 1;
  if (labels.empty()) area.right = right_edge - 8;
  const double legend_height = above ? legend(nullptr, chart, lines, Svg::margin, right_edge, 0) : 0;
  area.top += legend_height;
  area.bottom += legend_height;

  Svg svg(curves_width, area.bottom + 50, chart.title, chart.sentence);
  if (above) legend(&svg, chart, lines, Svg::margin, right_edge, Svg::top + 10);
  const Scale x{across.low, across.high, area.left, area.right}, y = scale_y();
  svg.text({Svg::margin, area.top - 12}, chart.y_name, "muted small");
  draw_axes(svg, area, x, y, chart.x_name);
  if (up.low < 0 && up.high > 0) svg.line({area.left, y(0)}, {area.right, y(0)}, "axis");
  if (chart.diagonal) svg.line({x(0), y(0)}, {x(1), y(1)}, "axis dash");
  for (const bool on_top : {false, true})
    for (size_t i = chart.curves.size(); i-- > 0;) {  // the first one over the others
      if (covers(chart, i) != on_top) continue;
      std::vector<Point> points;
      for (size_t k = 0; k < chart.curves[i].x.size(); ++k)
        points.push_back({x(chart.curves[i].x[k]), y(chart.curves[i].y[k])});
      svg.polyline(points, "curve " + line_classes(lines[i]));
    }
  for (const EndLabel& label : labels)
    svg.text({area.right + 8, label.y + legend_height}, label.words, "small strong " + ink(label.colour));
  return {svg.str(), csv_of(chart)};
}

}  // namespace skew::report
