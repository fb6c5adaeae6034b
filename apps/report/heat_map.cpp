// Cells, their scale, and the bar that explains the shades.
#include "apps/report/heat_map.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "apps/report/axes.h"
#include "apps/report/number_text.h"
#include "core/error.h"

namespace skew::report {
namespace {

constexpr double map_width = 560, map_height = 320, map_axis = 44, bar_room = 74;

std::string csv_of(const HeatMap& map) {
  CsvText csv({map.x_column.empty() ? map.x_name : map.x_column, map.y_column.empty() ? map.y_name : map.y_column,
               map.value_name});
  for (size_t j = 0; j < map.y.size(); ++j)
    for (size_t i = 0; i < map.x.size(); ++i)
      csv.add({exact(map.x[i]), exact(map.y[j]), exact(map.values[j * map.x.size() + i])});
  return csv.str();
}

// The first value's cell begins half a step before it, the last one's ends half a step behind.
Scale cells(const std::vector<double>& values, double begin, double end) {
  const double n = double(values.size());
  const double half = n < 2 ? 0.5 : (values.back() - values.front()) / (n - 1) / 2;
  return {values.front() - half, values.back() + half, begin, end};
}

// Where the bilinear surface through the cells' middles has this height: pieces of lines, in values of x and y.
std::vector<std::pair<Point, Point>> level_lines(const HeatMap& map, double level) {
  std::vector<std::pair<Point, Point>> pieces;
  const size_t n = map.x.size();
  for (size_t j = 0; j + 1 < map.y.size(); ++j)
    for (size_t i = 0; i + 1 < n; ++i) {
      const Point corners[] = {
          {map.x[i], map.y[j]}, {map.x[i + 1], map.y[j]}, {map.x[i + 1], map.y[j + 1]}, {map.x[i], map.y[j + 1]}};
      const double heights[] = {map.values[j * n + i], map.values[j * n + i + 1], map.values[(j + 1) * n + i + 1],
                                map.values[(j + 1) * n + i]};
      std::vector<Point> crossings;
      for (size_t k = 0; k < 4; ++k) {
        const double from = heights[k] - level, to = heights[(k + 1) % 4] - level;
        if (!std::isfinite(from) || !std::isfinite(to) || (from < 0) == (to < 0)) continue;
        const double t = from / (from - to);
        const Point &p = corners[k], &q = corners[(k + 1) % 4];
        crossings.push_back({p.x + t * (q.x - p.x), p.y + t * (q.y - p.y)});
      }
      for (size_t k = 0; k + 1 < crossings.size(); k += 2) pieces.emplace_back(crossings[k], crossings[k + 1]);
    }
  return pieces;
}

// Lines of equal height at the ticks of the bar, so that a shade can be read.
void draw_levels(Svg& svg, const HeatMap& map, const Scale& x, const Scale& y, const std::vector<double>& levels) {
  for (const double level : levels)
    for (const auto& [from, to] : level_lines(map, level))
      svg.line({x(from.x), y(from.y)}, {x(to.x), y(to.y)}, "wire s-slate");
}

// The names of the levels on their lines, each as far to the right as there is room.
void name_levels(Svg& svg, const HeatMap& map, const PlotArea& area, const Scale& x, const Scale& y,
                 const std::vector<double>& levels, std::vector<Point> taken) {
  const std::vector<std::string> names = tick_labels(levels);
  for (size_t k = 0; k < levels.size(); ++k) {
    std::optional<Point> best;
    for (const auto& [from, to] : level_lines(map, levels[k])) {
      const Point p{x(from.x), y(from.y)};
      const bool inside =
          p.x > area.left + 24 && p.x < area.right - 24 && p.y > area.top + 14 && p.y < area.bottom - 10;
      const auto near = [&](Point q) { return std::abs(p.x - q.x) < 66 && std::abs(p.y - q.y) < 18; };
      if (inside && std::none_of(taken.begin(), taken.end(), near) && (!best || p.x > best->x)) best = p;
    }
    if (!best) continue;
    taken.push_back(*best);
    svg.text({best->x, best->y + 4}, names[k], "tiny halo", Anchor::middle);
  }
}

void draw_mark(Svg& svg, const HeatMap& map, const PlotArea& area, Point at) {
  svg.circle(at, 6, "curve halo");
  svg.circle(at, 5, "curve s-slate");
  const bool left = at.x + 12 + text_width(map.mark_name, 12 * bold) > area.right;
  svg.text({at.x + (left ? -11 : 11), at.y + 4}, map.mark_name, "small strong halo",
           left ? Anchor::end : Anchor::start);
}

}  // namespace

Figure heat_map(const HeatMap& map) {
  if (map.x.empty() || map.y.empty() || map.values.size() != map.x.size() * map.y.size())
    throw ValueError(
        text("heat map: ", map.values.size(), " values for ", map.x.size(), " × ", map.y.size(), " cells"));
  const Extent found = extent(std::span(&map.values, 1)).value_or(Extent{0, 1});
  const double low = found.low, high = found.high;
  const auto strength = [&](double v) { return .05 + .95 * (high > low ? (v - low) / (high - low) : .5); };

  const PlotArea area{Svg::margin + map_axis, map_width - Svg::margin - bar_room, Svg::top + 26,
                      Svg::top + 26 + map_height};
  Svg svg(map_width, area.bottom + 50, map.title, map.sentence);
  const Scale x = cells(map.x, area.left, area.right), y = cells(map.y, area.bottom, area.top);
  const double width = (area.right - area.left) / double(map.x.size());
  const double height = (area.bottom - area.top) / double(map.y.size());
  svg.text({Svg::margin, area.top - 12}, map.y_name, "muted small");
  for (size_t j = 0; j < map.y.size(); ++j)
    for (size_t i = 0; i < map.x.size(); ++i) {
      const double v = map.values[j * map.x.size() + i];
      svg.shade({area.left + width * double(i), area.bottom - height * double(j + 1)}, width, height, strength(v),
                Colour::teal,
                text(map.x_name, ' ', significant(map.x[i]), ", ", map.y_name, ' ', significant(map.y[j]), ": ",
                     significant(v)));
    }
  draw_axes(svg, area, x, y, map.x_name, {.grid_rows = false});

  constexpr int steps = 32;
  const double bar = area.right + 16;
  for (int k = 0; k < steps; ++k)
    svg.shade({bar, area.bottom - map_height * (k + 1) / steps}, 12, map_height / steps, .05 + .95 * (k + .5) / steps,
              Colour::teal);
  svg.text({map_width - Svg::margin, area.top - 12}, map.value_name, "muted small", Anchor::end);
  if (!(high > low)) {
    svg.text({bar + 18, (area.top + area.bottom) / 2}, in_figure(low), "muted small");
    return {svg.str(), csv_of(map)};
  }
  const std::vector<double> levels = round_ticks(low, high, 6);
  const std::vector<std::string> names = tick_labels(levels);
  const Scale up{low, high, area.bottom, area.top};
  for (size_t k = 0; k < levels.size(); ++k) {
    svg.line({bar + 12, up(levels[k])}, {bar + 16, up(levels[k])}, "axis");
    svg.text({bar + 20, up(levels[k]) + 4}, names[k], "muted small");
  }
  std::vector<double> inside;  // at the ends a line would surround a plain
  for (const double level : levels)
    if (level > low + 1e-9 * (high - low) && level < high - 1e-9 * (high - low)) inside.push_back(level);
  draw_levels(svg, map, x, y, inside);
  std::vector<Point> taken;
  const bool marked =
      map.mark && map.mark->x >= x.low && map.mark->x <= x.high && map.mark->y >= y.low && map.mark->y <= y.high;
  if (marked) {
    const Point at{x(map.mark->x), y(map.mark->y)};
    taken = {at, {at.x + 50, at.y}, {at.x - 50, at.y}};
    draw_mark(svg, map, area, at);
  }
  name_levels(svg, map, area, x, y, inside, taken);
  return {svg.str(), csv_of(map)};
}

}  // namespace skew::report
