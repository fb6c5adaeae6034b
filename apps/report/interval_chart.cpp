// Laying out rows, drawing dots and intervals.
#include "apps/report/interval_chart.h"

#include <algorithm>
#include <cmath>

#include "apps/report/axes.h"
#include "apps/report/number_text.h"
#include "apps/report/short_names.h"
#include "core/error.h"

namespace skew::report {
namespace {

constexpr double intervals_width = 860, series_height = 19, row_gap = 13, panel_gap = 22;

void check(const IntervalChart& chart) {
  for (const IntervalPanel& panel : chart.panels) {
    bool fits = panel.rows.size() == chart.rows.size();
    for (const auto& row : panel.rows) fits &= row.size() == chart.series.size();
    if (!fits) throw ValueError(text("interval chart: panel ", panel.name, " has not a value for each row and series"));
  }
}

std::string words(const IntervalChart& chart, size_t row, size_t series, const Repeats& r) {
  std::string out = chart.rows[row];
  if (chart.series.size() > 1) out += ", " + chart.series[series];
  out += ": " + share(r.mean);
  return std::isfinite(r.half_width) ? out + " ± " + share(r.half_width) : out;
}

LineStyle row_line(const IntervalChart& chart, size_t row) {
  return row < chart.lines.size() ? chart.lines[row] : series_line(row);
}
Colour row_colour(const IntervalChart& chart, size_t row) { return row_line(chart, row).colour; }

// As many as are readable beside each other.
std::vector<double> readable_ticks(const Scale& x) {
  constexpr double least_apart = 34;
  for (int wanted = 5; wanted > 1; --wanted) {
    const std::vector<double> ticks = round_ticks(x.low, x.high, wanted);
    if (ticks.size() < 2 || x(ticks[1]) - x(ticks[0]) >= least_apart) return ticks;
  }
  return round_ticks(x.low, x.high, 1);
}

// ".412 ±.020"
std::string numbers(const Repeats& r) {
  if (!std::isfinite(r.mean)) return "–";
  return share(r.mean) + (std::isfinite(r.half_width) ? " ±" + share(r.half_width) : "");
}

bool is_cut(const Scale& x, const Repeats& r) {
  return std::isfinite(r.half_width) && (r.mean - r.half_width < x.low || r.mean + r.half_width > x.high);
}

constexpr double arrow = 8;

// Where an interval leaves the panel at `end`: an arrow that points on.
void draw_arrow(Svg& svg, double end, double y, double towards, Colour colour) {
  const Point corners[] = {{end - towards * arrow, y - 6}, {end, y}, {end - towards * arrow, y + 6}};
  svg.polyline(corners, "curve " + stroke(colour));
}

// The mean as an upright line, so that dots upon it are seen, too.
void draw_repeats(Svg& svg, const Scale& x, double y, const Repeats& r, LineStyle line, const std::string& tooltip) {
  if (!std::isfinite(r.mean)) return;
  const Colour colour = line.colour;
  if (std::isfinite(r.half_width)) {
    const double low = std::max(x.low, r.mean - r.half_width), high = std::min(x.high, r.mean + r.half_width);
    const double round = is_cut(x, r) ? 0 : 2.5;
    if (line.pattern == Pattern::solid) svg.rect({x(low), y - 2.5}, x(high) - x(low), 5, "glow " + fill(colour), round);
    else svg.line({x(low), y}, {x(high), y}, "curve " + line_classes(line));
    if (r.mean - r.half_width < x.low) draw_arrow(svg, x.begin, y, -1, colour);
    if (r.mean + r.half_width > x.high) draw_arrow(svg, x.end, y, 1, colour);
  }
  svg.rect({x(r.mean) - 1.5, y - 8}, 3, 16, fill(colour), 1, tooltip);
  for (const double v : r.values)
    if (v >= x.low && v <= x.high) svg.circle({x(v), y}, 3.5, fill(colour) + " rim");
}

// Up or down beside the number: told apart from the first row.
void draw_apart(Svg& svg, Point at, Apart apart) {
  if (apart == Apart::no) return;
  const double tip = apart == Apart::better ? -4 : 4;
  const Point corners[] = {{at.x - 4.5, at.y - tip}, {at.x, at.y + tip}, {at.x + 4.5, at.y - tip}};
  svg.area(corners, at.y - tip, fill(Colour::slate));
}

// Covers every value and mean; an interval as far as it reaches beyond them by their own spread at most, since that
// of two or three repeats can be wider than all else together.
Scale scale_of(const IntervalPanel& panel, double left, double right) {
  std::vector<double> all;
  for (const auto& row : panel.rows)
    for (const Repeats& r : row) {
      all.insert(all.end(), r.values.begin(), r.values.end());
      all.push_back(r.mean);
    }
  const Extent tight = padded_extent(std::span(&all, 1));
  const double most = (tight.high - tight.low) / 2;
  for (const auto& row : panel.rows)
    for (const Repeats& r : row)
      if (std::isfinite(r.half_width)) {
        all.push_back(std::max(r.mean - r.half_width, tight.low - most));
        all.push_back(std::min(r.mean + r.half_width, tight.high + most));
      }
  const Extent e = padded_extent(std::span(&all, 1));
  return {e.low, e.high, left, right};
}

void draw_panel(Svg& svg, const IntervalChart& chart, const IntervalPanel& panel, const Scale& x, double top,
                double right) {
  const double row_height = series_height * double(chart.series.size()) + row_gap;
  const double bottom = top + row_height * double(chart.rows.size());
  svg.text({x.begin, top - 14}, fit_name(panel.name, right - x.begin, 14 * bold), "panel");
  const std::vector<double> ticks = readable_ticks(x);
  const std::vector<std::string> labels = tick_labels(ticks);
  for (size_t i = 0; i < ticks.size(); ++i) {
    svg.line({x(ticks[i]), top}, {x(ticks[i]), bottom}, "grid");
    svg.text({x(ticks[i]), bottom + 16}, labels[i], "muted small", Anchor::middle);
  }
  for (size_t r = 0; r < chart.rows.size(); ++r)
    for (size_t s = 0; s < chart.series.size(); ++s) {
      const Repeats& repeats = panel.rows[r][s];
      const double y = top + row_height * double(r) + row_gap / 2 + series_height * (double(s) + .5);
      draw_repeats(svg, x, y, repeats, row_line(chart, r), words(chart, r, s, repeats));
      svg.text({x.end + 8, y + 4}, numbers(repeats), "small");
      draw_apart(svg, {right - 5, y}, repeats.apart);
    }
}

std::string csv_of(const IntervalChart& chart) {
  CsvText csv({"panel", "row", "series", "mean", "half_width", "values"});
  for (const IntervalPanel& panel : chart.panels)
    for (size_t r = 0; r < chart.rows.size(); ++r)
      for (size_t s = 0; s < chart.series.size(); ++s) {
        const Repeats& v = panel.rows[r][s];
        std::string values;
        for (const double x : v.values) values += (values.empty() ? "" : " ") + (std::isnan(x) ? "-" : exact(x));
        csv.add({panel.name, chart.rows[r], chart.series[s], exact(v.mean), exact(v.half_width), values});
      }
  return csv.str();
}

}  // namespace

Figure interval_chart(const IntervalChart& chart) {
  check(chart);
  double name_room = 0, series_room = 0, number_room = 0;
  for (const std::string& name : chart.rows) name_room = std::max(name_room, text_width(name, 13 * bold));
  for (const std::string& name : chart.series) series_room = std::max(series_room, text_width(name, 12) + 12);
  for (const IntervalPanel& panel : chart.panels)
    for (const auto& row : panel.rows)
      for (const Repeats& r : row) number_room = std::max(number_room, text_width(numbers(r), 12) + 22);
  if (chart.series.size() < 2) series_room = 0;
  name_room = std::min(name_room, intervals_width / 4);
  series_room = std::min(series_room, intervals_width / 6);
  const double first = Svg::margin + name_room + series_room + 16, top = Svg::top + 32;
  const double row_height = series_height * double(chart.series.size()) + row_gap;
  const double height = top + row_height * double(chart.rows.size()) + 26 + Svg::margin;
  const double count = double(std::max<size_t>(1, chart.panels.size()));
  const double width = (intervals_width - Svg::margin - first - panel_gap * (count - 1)) / count;
  std::vector<Scale> scales;
  bool cut = false;
  for (size_t p = 0; p < chart.panels.size(); ++p) {
    const double left = first + double(p) * (width + panel_gap);
    scales.push_back(scale_of(chart.panels[p], left, left + width - number_room));
    for (const auto& row : chart.panels[p].rows)
      for (const Repeats& r : row) cut |= is_cut(scales[p], r);
  }
  std::string sentence = chart.sentence;
  if (cut && sentence.ends_with('.')) sentence.pop_back();
  if (cut) sentence += "; arrow: goes on.";
  Svg svg(intervals_width, height, chart.title, sentence);
  const std::vector<std::string> names = fit_names(chart.rows, name_room, 13 * bold);
  const std::vector<std::string> conditions = fit_names(chart.series, series_room - 8, 12);
  for (size_t r = 0; r < chart.rows.size(); ++r) {
    const double y = top + row_height * double(r);
    if (r > 0) svg.line({Svg::margin, y}, {intervals_width - Svg::margin, y}, "grid");
    svg.text({Svg::margin, y + row_gap / 2 + series_height / 2 + 4}, names[r], "strong " + ink(row_colour(chart, r)));
    for (size_t s = 0; s < chart.series.size() && chart.series.size() > 1; ++s)
      svg.text({first - 14, y + row_gap / 2 + series_height * (double(s) + .5) + 4}, conditions[s], "muted small",
               Anchor::end);
  }
  for (size_t p = 0; p < chart.panels.size(); ++p) {
    const double right = first + double(p) * (width + panel_gap) + width;
    draw_panel(svg, chart, chart.panels[p], scales[p], top, right);
  }
  return {svg.str(), csv_of(chart)};
}

}  // namespace skew::report
