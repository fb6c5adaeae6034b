// Intervals above, squares below.
#include "apps/report/compare_chart.h"

#include <algorithm>
#include <cmath>

#include "apps/report/axes.h"
#include "apps/report/bar_chart.h"
#include "apps/report/class_squares.h"
#include "apps/report/curve_chart.h"
#include "apps/report/number_text.h"
#include "core/error.h"

namespace skew::report {
namespace {

constexpr double gain_height = 26, gains_head = 34, gains_foot = 34, gains_gap = 40;

void check(const CompareChart& chart) {
  for (const ComparedRun& run : chart.runs)
    if (run.gains.size() != chart.metrics.size())
      throw ValueError(text("compare chart: ", run.name, " has ", run.gains.size(), " gains for ", chart.metrics.size(),
                            " metrics"));
  for (const ComparedClass& c : chart.classes)
    if (c.of_runs.size() != chart.runs.size())
      throw ValueError(
          text("compare chart: class ", c.name, " has ", c.of_runs.size(), " tables for ", chart.runs.size(), " runs"));
}

// "+.041"
std::string signed_share(double value) { return (value > 0 ? "+" : "") + share(value); }

// All gains of a metric and 0.
Scale gain_scale(const CompareChart& chart, size_t metric, double left, double right) {
  std::vector<double> all = {0};
  for (const ComparedRun& run : chart.runs) {
    const metrics::Difference& gain = run.gains[metric];
    all.insert(all.end(), {gain.value, gain.interval.low, gain.interval.high});
  }
  const Extent e = padded_extent(std::span(&all, 1));
  return {e.low, e.high, left, right};
}

void draw_gains(Svg& svg, const CompareChart& chart, size_t metric, double left, double right, double top) {
  const std::string words = "gain in " + chart.metrics[metric];
  const double number_room = text_width("+.000", 12 * bold) + 12;
  const Scale x = gain_scale(chart, metric, left, right - number_room);
  const double bottom = top + gain_height * double(chart.runs.size() - 1);
  svg.text({left, top - 12}, fit_name(words, right - left, 13 * bold), "strong");
  const std::vector<double> ticks = round_ticks(x.low, x.high, 3);
  const std::vector<std::string> labels = tick_labels(ticks);
  for (size_t i = 0; i < ticks.size(); ++i) {
    svg.line({x(ticks[i]), top}, {x(ticks[i]), bottom}, ticks[i] == 0 ? "axis" : "grid");
    svg.text({x(ticks[i]), bottom + 15}, labels[i], "muted small", Anchor::middle);
  }
  for (size_t r = 1; r < chart.runs.size(); ++r) {
    const ComparedRun& run = chart.runs[r];
    const metrics::Difference& gain = run.gains[metric];
    const double y = top + gain_height * (double(r) - .5);
    if (std::isfinite(gain.interval.low))
      svg.line({x(gain.interval.low), y}, {x(gain.interval.high), y}, "curve " + line_classes(run.line));
    svg.circle({x(gain.value), y}, 5, fill(run.line.colour) + " rim",
               text(run.name, ": ", signed_share(gain.value), ", ", share(gain.interval.low), " to ",
                    share(gain.interval.high)));
    svg.text({right, y + 4}, signed_share(gain.value), "small strong " + ink(run.line.colour), Anchor::end);
  }
}

// Each run's name beside its line; the first has no gain over itself. Returns the width of the names.
double draw_runs(Svg& svg, const CompareChart& chart, double top) {
  constexpr double swatch = 30, most = 190;
  double room = 0;
  for (const ComparedRun& run : chart.runs) room = std::max(room, text_width(run.name, 13 * bold));
  room = std::min(room, most);
  for (size_t r = 0; r < chart.runs.size(); ++r) {
    const double y = top + gain_height * (double(r) - .5);
    svg.line({Svg::margin, y}, {Svg::margin + swatch - 8, y}, "curve " + line_classes(chart.runs[r].line));
    svg.text({Svg::margin + swatch, y + 4}, fit_name(chart.runs[r].name, room, 13 * bold), "strong");
  }
  return swatch + room;
}

// ".393 .412 .407", each in its run's colour, as many as fit; of two runs what the second gained behind them.
void draw_numbers(Svg& svg, const CompareChart& chart, const ComparedClass& c, const Square& at) {
  const double wide = text_width(".000", 12 * bold) + 5;
  const auto shown = std::min(c.of_runs.size(), size_t(Square::side / wide));
  for (size_t r = 0; r < shown; ++r) {
    const metrics::RankingTable& table = c.of_runs[r];
    const double ap = table.positives == 0 || table.negatives == 0 ? NAN : metrics::average_precision(table);
    svg.text({at.left + wide * double(r), square_words(at).y}, share(ap),
             "small strong " + ink(chart.runs[r].line.colour));
  }
  const bool sure = c.gain.interval.low > 0 || c.gain.interval.high < 0;
  if (sure && c.of_runs.size() == 2)
    svg.text({at.left + Square::side, square_words(at).y}, c.gain.value > 0 ? "better" : "worse", "small muted",
             Anchor::end);
}

}  // namespace

Figure compare_chart(const CompareChart& chart) {
  check(chart);
  const double gains_top = Svg::top + gains_head;
  const double gains_bottom = gains_top + gain_height * double(std::max<size_t>(1, chart.runs.size()) - 1) + gains_foot;
  const SquareGrid grid(chart.classes.size(), gains_bottom);
  Svg svg(grid.width(), grid.height(), "Comparison", chart.sentence);
  const double first = Svg::margin + draw_runs(svg, chart, gains_top) + gains_gap;
  const double panels = double(std::max<size_t>(1, chart.metrics.size()));
  const double width = (grid.width() - Svg::margin - first - gains_gap * (panels - 1)) / panels;
  for (size_t m = 0; m < chart.metrics.size(); ++m) {
    const double left = first + (width + gains_gap) * double(m);
    draw_gains(svg, chart, m, left, left + width, gains_top);
  }
  CsvText csv({"class", "run", "recall", "precision", "threshold"});
  for (size_t i = 0; i < chart.classes.size(); ++i) {
    const ComparedClass& c = chart.classes[i];
    const Square at = grid.square(i);
    draw_square(svg, at, c.name);
    draw_numbers(svg, chart, c, at);
    for (size_t r = 0; r < c.of_runs.size(); ++r) {
      if (c.of_runs[r].positives == 0) continue;
      const metrics::PrCurve curve = pr_curve(c.of_runs[r]);
      const std::vector<size_t> kept = visible(curve.recall, curve.precision);
      svg.polyline(pr_steps(curve, kept, at), "curve " + line_classes(chart.runs[r].line));
      for (const size_t k : kept)
        csv.add({c.name, chart.runs[r].name, exact(curve.recall[k]), exact(curve.precision[k]),
                 k < curve.thresholds.size() ? exact(curve.thresholds[k]) : ""});
    }
  }
  svg.text(grid.words(), "below each class its average precisions   ·   across: recall   ·   up: precision",
           "muted small");
  return {svg.str(), csv.str()};
}

}  // namespace skew::report
