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
  double width() const { return 2 * Svg::margin + left_room + pitch_x * double(columns) - 26; }
  double height() const { return Svg::top + pitch_y * double(rows) + 22; }
  Square square(size_t i) const {
    return {Svg::margin + left_room + pitch_x * double(i % columns), Svg::top + 26 + pitch_y * double(i / columns)};
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
  svg.text({at.left, at.top - 9}, fit_name(name, name_room, 13 * bold), "strong");
  svg.text({at.left + side, at.top - 9}, value, "small strong " + ink(band_colour(band)), Anchor::end);
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

// What a figure says of itself: the measure that its classes are named with, what the dashed line means, its axes, and
// the columns of its CSV.
struct Words {
  std::string title, measure, dashed, x, y;
  std::vector<std::string> columns;
};

// A square for each class; `draw` fills it, and the rows of the CSV.
template <class Class, class Measure, class Draw>
Figure squares(std::span<const Class> classes, const Words& words, Measure measure, Draw draw) {
  std::vector<double> values;
  for (const Class& c : classes) values.push_back(measure(c.table));
  const metrics::MacroMean mean = metrics::macro_mean(values);
  const Grid grid(classes.size());
  Svg svg(grid.width(), grid.height(), words.title,
          text("Mean ", words.measure, ' ', share(mean.value), " over ", mean.defined, " of ",
               counted(mean.classes, "class", "classes"), "; dashed: ", words.dashed, "."));
  CsvText csv(words.columns);
  for (size_t i = 0; i < classes.size(); ++i) {
    const Square at = grid.square(i);
    draw_frame(svg, at, classes[i].name, share(values[i]), classes[i].band);
    draw(svg, csv, at, classes[i]);
  }
  svg.text({Svg::margin + left_room, grid.height() - 16}, text("across: ", words.x, "   ·   up: ", words.y),
           "muted small");
  double right = grid.width() - Svg::margin;
  for (const metrics::Band band : {metrics::Band::tail, metrics::Band::medium, metrics::Band::head}) {
    const std::string word(metrics::name(band));
    svg.text({right, grid.height() - 16}, word, "small strong " + ink(band_colour(band)), Anchor::end);
    right -= text_width(word, 12 * bold) + 10;
  }
  return {svg.str(), csv.str()};
}

// A curve and the area below it; the CSV has its points `kept`.
void draw_curve(Svg& svg, CsvText& csv, const Square& at, const RankedClass& c, const std::vector<Point>& points,
                const std::vector<double>& x, const std::vector<double>& y, const std::vector<double>& thresholds,
                const std::vector<size_t>& kept) {
  svg.area(points, at(0, 0).y, "soft " + fill(band_colour(c.band)));
  svg.polyline(points, "curve " + stroke(band_colour(c.band)));
  for (const size_t k : kept)
    csv.add({c.name, exact(x[k]), exact(y[k]), k < thresholds.size() ? exact(thresholds[k]) : ""});
}

}  // namespace

Figure pr_chart(std::span<const RankedClass> classes) {
  const Words words{.title = "Precision and recall",
                    .measure = "average precision",
                    .dashed = "prevalence, what chance reaches",
                    .x = "recall",
                    .y = "precision",
                    .columns = {"class", "recall", "precision", "threshold"}};
  const auto draw = [](Svg& svg, CsvText& csv, const Square& at, const RankedClass& c) {
    if (c.table.positives == 0) return;
    const double prevalence = double(c.table.positives) / double(c.table.positives + c.table.negatives);
    svg.line(at(0, prevalence), at(1, prevalence), "axis dash");
    const metrics::PrCurve curve = pr_curve(c.table);
    const std::vector<size_t> kept = visible(curve.recall, curve.precision);
    std::vector<Point> points;
    for (const size_t k : kept) {  // recall falls; precision holds from one recall down to the next
      if (!points.empty()) points.push_back({at(curve.recall[k], 0).x, points.back().y});
      if (k + 1 < curve.recall.size()) points.push_back(at(curve.recall[k], curve.precision[k]));
    }
    draw_curve(svg, csv, at, c, points, curve.recall, curve.precision, curve.thresholds, kept);
  };
  const auto defined = [](const metrics::RankingTable& t) {  // without a negative it is 1, whatever the scores
    return t.negatives == 0 ? NAN : metrics::average_precision(t);
  };
  return squares(classes, words, defined, draw);
}

Figure roc_chart(std::span<const RankedClass> classes) {
  const Words words{.title = "Receiver operating characteristic",
                    .measure = "AUROC",
                    .dashed = "chance",
                    .x = "false positive rate",
                    .y = "true positive rate",
                    .columns = {"class", "fpr", "tpr", "threshold"}};
  const auto draw = [](Svg& svg, CsvText& csv, const Square& at, const RankedClass& c) {
    svg.line(at(0, 0), at(1, 1), "axis dash");
    if (c.table.positives == 0 || c.table.negatives == 0) return;
    const metrics::RocCurve curve = roc_curve(c.table, true);
    const std::vector<size_t> kept = visible(curve.fpr, curve.tpr);
    std::vector<Point> points;
    for (const size_t k : kept) points.push_back(at(curve.fpr[k], curve.tpr[k]));
    draw_curve(svg, csv, at, c, points, curve.fpr, curve.tpr, curve.thresholds, kept);
  };
  return squares(classes, words, metrics::auroc, draw);
}

Figure reliability_chart(std::span<const CalibratedClass> classes) {
  const Words words{.title = "Reliability",
                    .measure = "calibration error",
                    .dashed = "scores that are true risks",
                    .x = "mean score",
                    .y = "share of positives",
                    .columns = {"class", "bin", "count", "mean_score", "positive_rate"}};
  const auto error = [](const metrics::CalibrationTable& table) { return calibration_error(table); };
  const auto draw = [](Svg& svg, CsvText& csv, const Square& at, const CalibratedClass& c) {
    svg.line(at(0, 0), at(1, 1), "axis dash");
    int64_t total = 0;
    std::vector<Point> points;
    for (const metrics::CalibrationBin& bin : c.table) {
      total += bin.count;
      if (bin.count > 0) points.push_back(at(bin.mean_score(), bin.positive_rate()));
    }
    svg.polyline(points, "curve " + stroke(band_colour(c.band)));
    for (size_t k = 0; k < c.table.size(); ++k) {
      const metrics::CalibrationBin& bin = c.table[k];
      if (bin.count == 0) continue;
      const double radius = 2 + 4 * std::sqrt(double(bin.count) / double(total));
      svg.circle(at(bin.mean_score(), bin.positive_rate()), radius, fill(band_colour(c.band)) + " rim",
                 text(counted(bin.count, "sample", "samples"), " at mean score ", share(bin.mean_score()), ": ",
                      share(bin.positive_rate()), " positive"));
      csv.add(
          {c.name, std::to_string(k), std::to_string(bin.count), exact(bin.mean_score()), exact(bin.positive_rate())});
    }
  };
  return squares(classes, words, error, draw);
}

}  // namespace skew::report
