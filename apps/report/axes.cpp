// Drawing axes, placing labels.
#include "apps/report/axes.h"

#include <algorithm>
#include <cmath>

namespace skew::report {

void draw_axes(Svg& svg, const PlotArea& area, const Scale& x, const Scale& y, const std::string& x_name,
               bool whole_x) {
  const std::vector<double> rows = round_ticks(y.low, y.high, 4);
  const std::vector<std::string> row_labels = tick_labels(rows);
  for (size_t i = 0; i < rows.size(); ++i) {
    svg.line({area.left, y(rows[i])}, {area.right, y(rows[i])}, "grid");
    svg.text({area.left - 8, y(rows[i]) + 4}, row_labels[i], "muted small", Anchor::end);
  }
  svg.line({area.left, area.bottom}, {area.right, area.bottom}, "axis");
  const std::vector<double> columns = round_ticks(x.low, x.high, 5, whole_x);
  const std::vector<std::string> column_labels = tick_labels(columns);
  for (size_t i = 0; i < columns.size(); ++i) {
    svg.line({x(columns[i]), area.bottom}, {x(columns[i]), area.bottom + 4}, "axis");
    svg.text({x(columns[i]), area.bottom + 18}, column_labels[i], "muted small", Anchor::middle);
  }
  svg.text({area.right, area.bottom + 34}, x_name, "muted small", Anchor::end);
}

double spread(std::vector<EndLabel>& labels, const PlotArea& area) {
  std::sort(labels.begin(), labels.end(), [](const EndLabel& a, const EndLabel& b) { return a.y < b.y; });
  std::vector<double> wanted;
  double least = area.top;
  for (EndLabel& label : labels) {
    wanted.push_back(label.y);
    label.y = std::max(label.y, least);
    least = label.y + label_distance;
  }
  double most = area.bottom, shift = 0;
  for (size_t i = labels.size(); i-- > 0;) {
    labels[i].y = std::min(labels[i].y, most);
    most = labels[i].y - label_distance;
    shift = std::max(shift, std::abs(labels[i].y - wanted[i]));
  }
  return shift;
}

}  // namespace skew::report
