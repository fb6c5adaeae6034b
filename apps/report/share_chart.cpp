// Bars, their parts' shares inside them, and a key above.
#include "apps/report/share_chart.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "apps/report/number_text.h"
#include "apps/report/short_names.h"
#include "core/error.h"

namespace skew::report {
namespace {

constexpr double shares_width = 700, share_row = 24, share_bar = 16, group_gap = 12;

std::string csv_of(const ShareChart& chart) {
  std::vector<std::string> header{chart.group_name, chart.row_name};
  header.insert(header.end(), chart.parts.begin(), chart.parts.end());
  CsvText csv(header);
  for (const ShareRow& row : chart.rows) {
    std::vector<std::string> cells{row.group, row.name};
    for (const double part : row.parts) cells.push_back(exact(part));
    csv.add(cells);
  }
  return csv.str();
}

// A quiet part is paler than the colour itself, so that its number can be read in light and dark.
std::string fill_of(Colour part) { return (part == Colour::quiet ? "glow " : "") + fill(part); }

// The parts' names with their colours: one line always holds them.
void draw_key(Svg& svg, const ShareChart& chart, double left, double y) {
  for (size_t k = 0; k < chart.parts.size(); ++k) {
    svg.rect({left, y - 10}, 12, 12, fill_of(chart.colours[k]), 2);
    svg.text({left + 18, y}, chart.parts[k], "small");
    left += text_width(chart.parts[k], 12) + 36;
  }
}

}  // namespace

Figure share_chart(const ShareChart& chart) {
  double group_room = 0, name_room = 0;
  size_t groups = 0;
  for (size_t r = 0; r < chart.rows.size(); ++r) {
    const ShareRow& row = chart.rows[r];
    if (row.parts.size() != chart.parts.size() || row.parts.size() != chart.colours.size())
      throw ValueError(
          text("share chart: ", row.group, " ", row.name, " has ", row.parts.size(), " parts of ", chart.parts.size()));
    group_room = std::max(group_room, text_width(row.group, 13 * bold));
    name_room = std::max(name_room, text_width(row.name, 12));
    groups += r == 0 || row.group != chart.rows[r - 1].group;
  }
  group_room = std::min(group_room, shares_width / 4);
  name_room = std::min(name_room, shares_width / 5);
  const double first = Svg::margin + group_room + name_room + 24, room = shares_width - Svg::margin - first;
  const double height =
      Svg::top + 34 + share_row * double(chart.rows.size()) + group_gap * double(groups) + Svg::margin;
  Svg svg(shares_width, height, chart.title, chart.sentence);
  draw_key(svg, chart, first, Svg::top + 14);
  std::vector<std::string> shown;
  for (const ShareRow& row : chart.rows) shown.push_back(row.group);
  shown = fit_names(shown, group_room, 13 * bold);
  double y = Svg::top + 34;
  for (size_t r = 0; r < chart.rows.size(); ++r) {
    const ShareRow& row = chart.rows[r];
    const bool begins = r == 0 || row.group != chart.rows[r - 1].group;
    if (begins && r > 0) y += group_gap;
    if (begins) svg.text({Svg::margin, y + 13}, shown[r], "strong " + ink(row.colour));
    svg.text({first - 12, y + 13}, fit_name(row.name, name_room, 12), "muted small", Anchor::end);
    const double all = std::accumulate(row.parts.begin(), row.parts.end(), 0.0);
    double left = first;
    for (size_t k = 0; k < row.parts.size() && all > 0; ++k) {
      const double width = row.parts[k] / all * room;
      svg.rect({left, y}, width, share_bar, fill_of(chart.colours[k]), 0,
               text(chart.parts[k], ": ", share(row.parts[k] / all)));
      const std::string number = share(row.parts[k] / all, 2);
      if (width > text_width(number, 12) + 8)
        svg.text({left + width / 2, y + 12.5}, number, chart.colours[k] < Colour::step3 ? "small" : "small inside",
                 Anchor::middle);
      left += width;
    }
    y += share_row;
  }
  return {svg.str(), csv_of(chart)};
}

}  // namespace skew::report
