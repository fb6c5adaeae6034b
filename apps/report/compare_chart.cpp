// Intervals above, squares below.
#include "apps/report/compare_chart.h"

#include <algorithm>
#include <cmath>

#include "apps/report/axes.h"
#include "apps/report/bar_chart.h"
#include "apps/report/class_squares.h"
#include "apps/report/curve_chart.h"
#include "apps/report/number_text.h"
#include "apps/report/short_names.h"
#include "core/error.h"

namespace skew::report {
namespace {

constexpr double gain_height = 26, gains_head = 34, gains_foot = 34, gains_gap = 40, least_panel = 180;

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

// An average precision, where there is one.
double ap_of(const metrics::RankingTable& t) {
  return t.positives == 0 || t.negatives == 0 ? NAN : metrics::average_precision(t);
}

// Of the curve of run r in a square, which lies where an earlier one does: dashed over it, so that both are seen.
LineStyle line_in(const CompareChart& chart, const std::vector<std::vector<Point>>& curves, size_t r) {
  const auto same = [](Point a, Point b) { return std::hypot(a.x - b.x, a.y - b.y) < .5; };
  LineStyle line = chart.runs[r].line;
  for (size_t k = 0; k < r && line.pattern == Pattern::solid; ++k)
    if (std::ranges::equal(curves[k], curves[r], same))
      line.pattern = chart.runs[k].line.pattern == Pattern::dash ? Pattern::dots : Pattern::dash;
  return line;
}

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
    const metrics::Difference& found = run.gains[metric];
    const double y = top + gain_height * (double(r) - .5);
    const bool known = std::isfinite(found.interval.low);
    if (known) svg.line({x(found.interval.low), y}, {x(found.interval.high), y}, "curve " + line_classes(run.line));
    svg.circle({x(found.value), y}, 5, fill(run.line.colour) + " rim",
               text(run.name, ": ", gain(found.value), ", ",
                    known ? gain(found.interval.low) + " to " + gain(found.interval.high) : "no interval"));
    svg.text({right, y + 4}, gain(found.value), "small strong " + ink(run.line.colour), Anchor::end);
  }
}

// Of the longest name, as far as there is room.
double name_room(const CompareChart& chart) {
  constexpr double most = 190;
  double room = 0;
  for (const ComparedRun& run : chart.runs) room = std::max(room, text_width(run.name, 13 * bold));
  return std::min(room, most);
}

constexpr double run_swatch = 30;

// Each run's name beside its line; the first has no gain over itself.
void draw_runs(Svg& svg, const CompareChart& chart, double top) {
  const double room = name_room(chart);
  std::vector<std::string> names;
  for (const ComparedRun& run : chart.runs) names.push_back(run.name);
  names = fit_names(names, room, 13 * bold);
  for (size_t r = 0; r < chart.runs.size(); ++r) {
    const double y = top + gain_height * (double(r) - .5);
    svg.line({Svg::margin, y}, {Svg::margin + run_swatch - 8, y}, "curve " + line_classes(chart.runs[r].line));
    svg.text({Svg::margin + run_swatch, y + 4}, names[r], "strong");
  }
}

const double number_pitch = text_width(".000", 12 * bold) + 5;
size_t numbers_a_line() { return size_t(Square::side / number_pitch); }
size_t number_lines(size_t runs) { return std::max<size_t>(1, (runs + numbers_a_line() - 1) / numbers_a_line()); }

// ".393 .412 .407", each in its run's colour, in as many lines as they need; of two runs what the second gained behind
// them.
void draw_numbers(Svg& svg, const CompareChart& chart, const ComparedClass& c, const Square& at) {
  const size_t lines = number_lines(c.of_runs.size());
  for (size_t r = 0; r < c.of_runs.size(); ++r) {
    const Point begin = square_words(at, r / numbers_a_line(), lines);
    svg.text({begin.x + number_pitch * double(r % numbers_a_line()), begin.y}, share(ap_of(c.of_runs[r])),
             "small strong " + ink(chart.runs[r].line.colour));
  }
  if (c.of_runs.size() == 2)
    svg.text({at.left + Square::side, square_words(at).y}, verdict(c.gain), "small muted", Anchor::end);
}

// The numbers above the curves; points come below them.
void add_numbers(CsvText& csv, const CompareChart& chart) {
  const auto add = [&](const std::string& what, const std::string& run, const std::string& of_class,
                       const metrics::Difference& d) {
    csv.add({what, run, of_class, exact(d.value), exact(d.interval.low), exact(d.interval.high), "", "", ""});
  };
  for (size_t r = 1; r < chart.runs.size(); ++r)
    for (size_t m = 0; m < chart.metrics.size(); ++m)
      add("gain in " + chart.metrics[m], chart.runs[r].name, "", chart.runs[r].gains[m]);
  for (const ComparedClass& c : chart.classes)
    for (size_t r = 0; r < chart.runs.size(); ++r) {
      add("AP", chart.runs[r].name, c.name, {ap_of(c.of_runs[r]), {NAN, NAN}});
      if (r == 1 && chart.runs.size() == 2) add("gain in AP", chart.runs[r].name, c.name, c.gain);
    }
}

}  // namespace

std::string verdict(const metrics::Difference& gain) {
  if (gain.interval.low > 0) return "better";
  return gain.interval.high < 0 ? "worse" : "";
}

Figure compare_chart(const CompareChart& chart) {
  check(chart);
  const double gains_top = Svg::top + gains_head;
  const double gains_bottom = gains_top + gain_height * double(std::max<size_t>(1, chart.runs.size()) - 1) + gains_foot;
  const size_t lines = number_lines(chart.runs.size());
  const SquareGrid grid(chart.classes.size(), gains_bottom, lines);
  const double first = Svg::margin + run_swatch + name_room(chart) + gains_gap;
  const double panels = double(std::max<size_t>(1, chart.metrics.size()));
  const double page = std::max(grid.width(), first + panels * least_panel + gains_gap * (panels - 1) + Svg::margin);
  Svg svg(page, grid.height(), "Comparison", chart.sentence);
  draw_runs(svg, chart, gains_top);
  const double width = (page - Svg::margin - first - gains_gap * (panels - 1)) / panels;
  for (size_t m = 0; m < chart.metrics.size(); ++m) {
    const double left = first + (width + gains_gap) * double(m);
    draw_gains(svg, chart, m, left, left + width, gains_top);
  }
  CsvText csv({"what", "run", "class", "value", "low", "high", "recall", "precision", "threshold"});
  add_numbers(csv, chart);
  std::vector<std::string> names;
  for (const ComparedClass& c : chart.classes) names.push_back(c.name);
  names = square_names(names);
  for (size_t i = 0; i < chart.classes.size(); ++i) {
    const ComparedClass& c = chart.classes[i];
    const Square at = grid.square(i);
    draw_square(svg, at, names[i], lines);
    draw_numbers(svg, chart, c, at);
    std::vector<std::vector<Point>> curves(c.of_runs.size());
    for (size_t r = 0; r < c.of_runs.size(); ++r) {
      if (c.of_runs[r].positives == 0) continue;
      const metrics::PrCurve curve = pr_curve(c.of_runs[r]);
      const std::vector<size_t> kept = visible(curve.recall, curve.precision);
      curves[r] = pr_steps(curve, kept, at);
      svg.polyline(curves[r], "curve " + line_classes(line_in(chart, curves, r)));
      for (const size_t k : kept)
        csv.add({"curve", chart.runs[r].name, c.name, "", "", "", exact(curve.recall[k]), exact(curve.precision[k]),
                 k < curve.thresholds.size() ? exact(curve.thresholds[k]) : ""});
    }
  }
  svg.text(grid.words(), "below each class its average precisions   ·   across: recall   ·   up: precision",
           "muted small");
  return {svg.str(), csv.str()};
}

}  // namespace skew::report
