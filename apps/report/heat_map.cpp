// Cells, their scale, and the bar that explains the shades.
#include "apps/report/heat_map.h"

#include "apps/report/axes.h"
#include "apps/report/number_text.h"
#include "core/error.h"

namespace skew::report {
namespace {

constexpr double map_width = 560, map_height = 320, map_axis = 44, bar_room = 74;

std::string csv_of(const HeatMap& map) {
  CsvText csv({map.x_name, map.y_name, map.value_name});
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
  draw_axes(svg, area, x, y, map.x_name);
  for (size_t j = 0; j < map.y.size(); ++j)
    for (size_t i = 0; i < map.x.size(); ++i) {
      const double v = map.values[j * map.x.size() + i];
      svg.shade({area.left + width * double(i), area.bottom - height * double(j + 1)}, width, height, strength(v),
                Colour::blue,
                text(map.x_name, ' ', significant(map.x[i]), ", ", map.y_name, ' ', significant(map.y[j]), ": ",
                     significant(v)));
    }

  constexpr int steps = 32;
  const double bar = area.right + 16;
  for (int k = 0; k < steps; ++k)
    svg.shade({bar, area.bottom - map_height * (k + 1) / steps}, 12, map_height / steps, .05 + .95 * (k + .5) / steps,
              Colour::blue);
  svg.text({bar + 18, area.top + 10}, significant(high, 3), "muted small");
  svg.text({bar + 18, area.bottom}, significant(low, 3), "muted small");
  svg.text({map_width - Svg::margin, area.top - 12}, map.value_name, "muted small", Anchor::end);
  return {svg.str(), csv_of(map)};
}

}  // namespace skew::report
