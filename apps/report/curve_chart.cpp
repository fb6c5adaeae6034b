// A grid of unit squares, and three ways to fill them.
#include "apps/report/curve_chart.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "apps/report/bar_chart.h"
#include "apps/report/number_text.h"
#include "apps/report/svg.h"
#include "core/error.h"

namespace skew::report {
namespace {

constexpr double side = 138, pitch_x = side + 26, pitch_y = side + 56, left_room = 22;
constexpr size_t max_columns = 5;

// The square of one class on the page.
struct Square {
  double left, top;
  Point operator()(double x, double y) const { return {left + x * side, top + (1 - y) * side}; }
};

struct Grid {
  size_t columns, rows;
  explicit Grid(size_t n) {
    columns = std::clamp<size_t>(n, 3, max_columns);  // never so narrow that title and sentence do not fit
    rows = std::max<size_t>(1, (n + columns - 1) / columns);
  }
  double width() const { return 2 * Svg::margin + left_room + pitch_x * static_cast<double>(columns) - 26; }
  double height() const { return Svg::top + pitch_y * static_cast<double>(rows) + 22; }
  Square square(size_t i) const {
    return {Svg::margin + left_room + pitch_x * static_cast<double>(i % columns),
            Svg::top + 26 + pitch_y * static_cast<double>(i / columns)};
  }
};

// Frame, ticks, name and value of a class.
void draw_frame(Svg& svg, const Square& at, const std::string& name, const std::string& value, metrics::Band band) {
  for (const double tick : {0.25, 0.5, 0.75}) {
    svg.line(at(tick, 0), at(tick, 1), "grid");
    svg.line(at(0, tick), at(1, tick), "grid");
  }
  svg.line(at(0, 0), at(1, 0), "axis");
  svg.line(at(0, 0), at(0, 1), "axis");
  for (const int tick : {0, 1}) {
    svg.text({at.left - 6, at(0, tick).y + 4}, std::to_string(tick), "muted small", Anchor::end);
    svg.text({at(tick, 0).x, at.top + side + 15}, std::to_string(tick), "muted small", Anchor::middle);
  }
  const double name_room = side - text_width(value, 12 * bold) - 8;
  svg.text({at.left, at.top - 9}, fit_width(name, name_room, 13 * bold), "strong");
  svg.text({at.left + side, at.top - 9}, value, "small strong " + ink(band_colour(band)), Anchor::end);
}

void draw_axis_names(Svg& svg, const Grid& grid, const std::string& x, const std::string& y) {
  svg.text({Svg::margin + left_room, grid.height() - 16}, text("across: ", x, "   ·   up: ", y), "muted small");
}

// Indices of the points that are visible at this size: half a pixel from the last one kept, and both ends.
std::vector<size_t> visible(const std::vector<double>& x, const std::vector<double>& y) {
  std::vector<size_t> kept;
  for (size_t i = 0; i < x.size(); ++i) {
    const bool end = i == 0 || i + 1 == x.size();
    if (end || std::hypot(x[i] - x[kept.back()], y[i] - y[kept.back()]) * side >= 0.5) kept.push_back(i);
  }
  return kept;
}

void add_points(CsvText& csv, const std::string& name, const std::vector<double>& x, const std::vector<double>& y,
                const std::vector<double>& thresholds, const std::vector<size_t>& kept) {
  for (const size_t i : kept) {
    const std::vector<std::string> row{name, exact(x[i]), exact(y[i]),
                                       i < thresholds.size() ? exact(thresholds[i]) : ""};
    csv.add(row);
  }
}

std::string mean_words(const std::string& what, const std::vector<double>& values) {
  const metrics::MacroMean mean = metrics::macro_mean(values);
  return text("Mean ", what, ' ', share(mean.value), " over ", mean.defined, " of ",
              counted(mean.classes, "class", "classes"));
}

}  // namespace

Figure pr_chart(std::span<const RankedClass> classes) {
  std::vector<double> aps;
  for (const RankedClass& c : classes) aps.push_back(average_precision(c.table));
  const Grid grid(classes.size());
  Svg svg(grid.width(), grid.height(), "Precision and recall",
          mean_words("average precision", aps) + "; dashed: prevalence, what chance reaches.");
  const std::vector<std::string> header{"class", "recall", "precision", "threshold"};
  CsvText csv(header);
  for (size_t i = 0; i < classes.size(); ++i) {
    const RankedClass& c = classes[i];
    const Square at = grid.square(i);
    draw_frame(svg, at, c.name, share(aps[i]), c.band);
    if (c.table.positives == 0) continue;
    const double prevalence =
        static_cast<double>(c.table.positives) / static_cast<double>(c.table.positives + c.table.negatives);
    svg.line(at(0, prevalence), at(1, prevalence), "axis dash");
    const metrics::PrCurve curve = pr_curve(c.table);
    const std::vector<size_t> kept = visible(curve.recall, curve.precision);
    std::vector<Point> points;
    for (const size_t k : kept) {  // recall falls; precision holds from one recall down to the next
      if (!points.empty()) points.push_back({at(curve.recall[k], 0).x, points.back().y});
      if (k + 1 < curve.recall.size()) points.push_back(at(curve.recall[k], curve.precision[k]));
    }
    svg.area(points, at(0, 0).y, "soft " + fill(band_colour(c.band)));
    svg.polyline(points, "curve " + stroke(band_colour(c.band)));
    add_points(csv, c.name, curve.recall, curve.precision, curve.thresholds, kept);
  }
  draw_axis_names(svg, grid, "recall", "precision");
  return {svg.str(), csv.str()};
}

Figure roc_chart(std::span<const RankedClass> classes) {
  std::vector<double> areas;
  for (const RankedClass& c : classes) areas.push_back(auroc(c.table));
  const Grid grid(classes.size());
  Svg svg(grid.width(), grid.height(), "Receiver operating characteristic",
          mean_words("AUROC", areas) + "; dashed: chance.");
  const std::vector<std::string> header{"class", "fpr", "tpr", "threshold"};
  CsvText csv(header);
  for (size_t i = 0; i < classes.size(); ++i) {
    const RankedClass& c = classes[i];
    const Square at = grid.square(i);
    draw_frame(svg, at, c.name, share(areas[i]), c.band);
    svg.line(at(0, 0), at(1, 1), "axis dash");
    if (c.table.positives == 0 || c.table.negatives == 0) continue;
    const metrics::RocCurve curve = roc_curve(c.table, true);
    const std::vector<size_t> kept = visible(curve.fpr, curve.tpr);
    std::vector<Point> points;
    for (const size_t k : kept) points.push_back(at(curve.fpr[k], curve.tpr[k]));
    svg.area(points, at(0, 0).y, "soft " + fill(band_colour(c.band)));
    svg.polyline(points, "curve " + stroke(band_colour(c.band)));
    add_points(csv, c.name, curve.fpr, curve.tpr, curve.thresholds, kept);
  }
  draw_axis_names(svg, grid, "false positive rate", "true positive rate");
  return {svg.str(), csv.str()};
}

Figure reliability_chart(std::span<const CalibratedClass> classes) {
  std::vector<double> errors;
  for (const CalibratedClass& c : classes) errors.push_back(calibration_error(c.table));
  const Grid grid(classes.size());
  Svg svg(grid.width(), grid.height(), "Reliability",
          mean_words("calibration error", errors) + "; dashed: scores that are true risks.");
  const std::vector<std::string> header{"class", "bin", "count", "mean_score", "positive_rate"};
  CsvText csv(header);
  for (size_t i = 0; i < classes.size(); ++i) {
    const CalibratedClass& c = classes[i];
    const Square at = grid.square(i);
    draw_frame(svg, at, c.name, share(errors[i]), c.band);
    svg.line(at(0, 0), at(1, 1), "axis dash");
    int64_t total = 0;
    for (const metrics::CalibrationBin& bin : c.table) total += bin.count;
    std::vector<Point> points;
    for (const metrics::CalibrationBin& bin : c.table) {
      if (bin.count > 0) points.push_back(at(bin.mean_score(), bin.positive_rate()));
    }
    svg.polyline(points, "curve " + stroke(band_colour(c.band)));
    for (size_t k = 0; k < c.table.size(); ++k) {
      const metrics::CalibrationBin& bin = c.table[k];
      if (bin.count == 0) continue;
      const double radius = 2 + 4 * std::sqrt(static_cast<double>(bin.count) / static_cast<double>(total));
      svg.circle(at(bin.mean_score(), bin.positive_rate()), radius, fill(band_colour(c.band)) + " rim",
                 text(counted(bin.count, "sample", "samples"), " at mean score ", share(bin.mean_score()), ": ",
                      share(bin.positive_rate()), " positive"));
      const std::vector<std::string> row{c.name, std::to_string(k), std::to_string(bin.count), exact(bin.mean_score()),
                                         exact(bin.positive_rate())};
      csv.add(row);
    }
  }
  draw_axis_names(svg, grid, "mean score", "share of positives");
  return {svg.str(), csv.str()};
}

}  // namespace skew::report
