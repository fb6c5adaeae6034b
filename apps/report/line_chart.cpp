// Laying out panels, drawing lines and labels.
#include "apps/report/line_chart.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "apps/report/axes.h"
#include "apps/report/number_text.h"
#include "core/error.h"

namespace skew::report {
namespace {

constexpr double lines_width = 860, lines_height = 170, panel_height = lines_height + 74, lines_gap = 30;
constexpr double lines_axis = 38;  // for the numbers at the left

void check(const LineChart& chart) {
  for (const Panel& panel : chart.panels)
    for (const Line& line : panel.lines)
      if (line.y.size() != chart.x.size())
        throw ValueError(text("line chart: ", panel.name, '/', line.name, " has ", line.y.size(), " values for ",
                              chart.x.size(), " of ", chart.x_name));
}

std::vector<LineStyle> styles_of(const Panel& panel) {
  // One line alone, and the last of several, is the subject; training beside validation stays quiet.
  if (panel.lines.size() == 1) return {{Colour::teal, Pattern::solid}};
  if (panel.lines.size() == 2) return {{Colour::quiet, Pattern::solid}, {Colour::teal, Pattern::solid}};
  std::vector<LineStyle> styles;
  for (size_t i = 0; i < panel.lines.size(); ++i) styles.push_back(series_line(i));
  return styles;
}

// Space for the names at the lines' ends.
double label_room(const Panel& panel, double most) {
  double room = 0;
  for (const Line& line : panel.lines) room = std::max(room, text_width(line.name, 12 * bold) + 8);
  return panel.lines.size() > 1 ? std::min(room, most) : 6;
}

// The place of the best finite value of the last line, where one is to be marked.
std::optional<size_t> best_of(const Panel& panel) {
  if (panel.best == Best::none || panel.lines.empty()) return {};
  const std::vector<double>& y = panel.lines.back().y;
  std::optional<size_t> found;
  for (size_t i = 0; i < y.size(); ++i) {
    if (!std::isfinite(y[i])) continue;
    if (!found || (panel.best == Best::lowest ? y[i] < y[*found] : y[i] > y[*found])) found = i;
  }
  return found;
}

std::string label_value(double value) { return std::abs(value) < 1 ? share(value) : significant(value, 4); }

// "best .668 at 5", or nothing.
std::string best_words(const LineChart& chart, const Panel& panel) {
  const std::optional<size_t> at = best_of(panel);
  return at ? text("best ", label_value(panel.lines.back().y[*at]), " at ", significant(chart.x[*at], 7)) : "";
}

void draw_best(Svg& svg, const LineChart& chart, const Panel& panel, const Scale& x, const Scale& y) {
  if (const std::optional<size_t> at = best_of(panel))
    svg.circle({x(chart.x[*at]), y(panel.lines.back().y[*at])}, 4.5, fill(styles_of(panel).back().colour) + " rim",
               best_words(chart, panel));
}

void draw_heading(Svg& svg, const LineChart& chart, const Panel& panel, const PlotArea& area, double right) {
  const std::string best = best_words(chart, panel);
  const double left = area.left - lines_axis, room = right - left - text_width(best, 12) - 12;
  svg.text({left, area.top - 16}, fit_name(panel.name, room, 14 * bold), "panel");
  svg.text({right, area.top - 16}, best, "muted small", Anchor::end);
}

void draw_panel(Svg& svg, const LineChart& chart, const Panel& panel, const PlotArea& area) {
  std::vector<std::vector<double>> all;
  for (const Line& line : panel.lines) all.push_back(line.y);
  const Extent extent = padded_extent(all);
  const bool many = chart.x.size() > 1 && chart.x.back() > chart.x.front();
  const double first = chart.x.empty() ? 0 : chart.x.front();
  const Scale x{many ? first : first - 0.5, many ? chart.x.back() : first + 0.5, area.left, area.right};
  const Scale y{extent.low, extent.high, area.bottom, area.top};
  draw_axes(svg, area, x, y, chart.x_name, {.whole_x = true});

  const std::vector<LineStyle> styles = styles_of(panel);
  std::vector<EndLabel> labels;
  for (size_t i = 0; i < panel.lines.size(); ++i) {
    const Colour colour = styles[i].colour;
    std::vector<Point> points;
    for (size_t k = 0; k < chart.x.size(); ++k) points.push_back({x(chart.x[k]), y(panel.lines[i].y[k])});
    svg.polyline(points, "curve " + line_classes(styles[i]));
    if (points.size() == 1) svg.circle(points[0], 3, fill(colour));
    const double end = last_finite(panel.lines[i].y);
    if (panel.lines.size() > 1 && std::isfinite(end)) labels.push_back({y(end) + 4, panel.lines[i].name, colour});
  }
  spread(labels, area);
  const double room = label_room(panel, (area.right - area.left) / 2);
  for (const EndLabel& label : labels)
    svg.text({area.right + 8, label.y}, fit_name(label.words, room, 12 * bold), "small strong " + ink(label.colour));
  draw_best(svg, chart, panel, x, y);
}

std::string csv_of(const LineChart& chart) {
  std::vector<std::string> header{chart.x_name};
  for (const Panel& panel : chart.panels)
    for (const Line& line : panel.lines) header.push_back(panel.name + '/' + line.name);
  CsvText csv(header);
  for (size_t k = 0; k < chart.x.size(); ++k) {
    std::vector<std::string> row{exact(chart.x[k])};
    for (const Panel& panel : chart.panels)
      for (const Line& line : panel.lines) row.push_back(exact(line.y[k]));
    csv.add(row);
  }
  return csv.str();
}

}  // namespace

Figure line_chart(const LineChart& chart) {
  check(chart);
  const size_t count = std::max<size_t>(1, chart.panels.size());
  const size_t columns = count <= 3 ? count : count == 4 ? 2 : 3;
  const size_t rows = (count + columns - 1) / columns;
  const double inner = lines_width - 2 * Svg::margin;
  const double width = (inner - lines_gap * double(columns - 1)) / double(columns);
  Svg svg(lines_width, Svg::top + panel_height * double(rows) + 4, chart.title, chart.sentence);
  for (size_t i = 0; i < chart.panels.size(); ++i) {
    const double left = Svg::margin + double(i % columns) * (width + lines_gap);
    const double top = Svg::top + panel_height * double(i / columns) + 26;
    const PlotArea area{left + lines_axis, left + width - label_room(chart.panels[i], width / 3), top,
                        top + lines_height};
    draw_heading(svg, chart, chart.panels[i], area, left + width);
    draw_panel(svg, chart, chart.panels[i], area);
  }
  return {svg.str(), csv_of(chart)};
}

}  // namespace skew::report
