// Three ways to fill the squares of classes.
#include "apps/report/curve_chart.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "apps/report/bar_chart.h"
#include "apps/report/class_squares.h"
#include "apps/report/number_text.h"
#include "apps/report/svg.h"
#include "core/error.h"

namespace skew::report {

std::vector<Point> pr_steps(const metrics::PrCurve& curve, const std::vector<size_t>& kept, const Square& at) {
  std::vector<Point> points;
  for (const size_t k : kept) {  // recall falls; precision holds from one recall down to the next
    if (!points.empty()) points.push_back({at(curve.recall[k], 0).x, points.back().y});
    if (k + 1 < curve.recall.size()) points.push_back(at(curve.recall[k], curve.precision[k]));
  }
  return points;
}

std::vector<size_t> visible(const std::vector<double>& x, const std::vector<double>& y) {
  std::vector<size_t> kept;
  for (size_t i = 0; i < x.size(); ++i) {
    const bool end = i == 0 || i + 1 == x.size();
    if (end || std::hypot(x[i] - x[kept.back()], y[i] - y[kept.back()]) * Square::side >= 0.5) kept.push_back(i);
  }
  return kept;
}

namespace {

// What a figure says of itself, and the columns of its CSV.
struct Words {
  std::string title, sentence, x, y;
  std::vector<std::string> columns;
};

std::string mean_of(const std::string& measure, const std::vector<double>& values) {
  const metrics::MacroMean mean = metrics::macro_mean(values);
  return text("Mean ", measure, ' ', share(mean.value), " over ", mean.defined, " of ",
              counted(mean.classes, "class", "classes"));
}

// A square for each class; `said(i)` stands below its name, `draw` fills it, and the rows of the CSV.
template <class Class, class Said, class Draw>
Figure squares(std::span<const Class> classes, const Words& words, Said said, Draw draw) {
  const SquareGrid grid(classes.size());
  std::vector<std::string> names;
  std::vector<metrics::Band> bands;
  for (const Class& c : classes) {
    names.push_back(c.name);
    bands.push_back(c.band);
  }
  names = square_names(names);
  Svg svg(grid.width(), grid.height(), words.title, words.sentence);
  CsvText csv(words.columns);
  for (size_t i = 0; i < classes.size(); ++i) {
    const Square at = grid.square(i);
    draw_square(svg, at, names[i]);
    svg.text(square_words(at), said(i), "small strong " + ink(band_colour(classes[i].band)));
    draw(svg, csv, at, classes[i]);
  }
  svg.text(grid.words(), text("across: ", words.x, "   ·   up: ", words.y), "muted small");
  draw_bands(svg, grid.width() - Svg::margin, grid.words().y, bands);
  return {svg.str(), csv.str()};
}

// Without a negative it is 1, whatever the scores.
double defined_ap(const metrics::RankingTable& t) { return t.negatives == 0 ? NAN : metrics::average_precision(t); }

// The bins that hold samples, joined, with a dot for each; the CSV has them, too.
void draw_bins(Svg& svg, CsvText& csv, const Square& at, const std::string& name, const std::string& of,
               const metrics::CalibrationTable& table, Colour colour) {
  int64_t total = 0;
  std::vector<Point> points;
  for (const metrics::CalibrationBin& bin : table) {
    total += bin.count;
    if (bin.count > 0) points.push_back(at(bin.mean_score(), bin.positive_rate()));
  }
  svg.polyline(points, "curve " + stroke(colour));
  for (size_t k = 0; k < table.size(); ++k) {
    const metrics::CalibrationBin& bin = table[k];
    if (bin.count == 0) continue;
    const double radius = 2 + 4 * std::sqrt(double(bin.count) / double(total));
    svg.circle(at(bin.mean_score(), bin.positive_rate()), radius, fill(colour) + " rim",
               text(counted(bin.count, "sample", "samples"), " at mean ", of, ' ', share(bin.mean_score()), ": ",
                    share(bin.positive_rate()), " positive"));
    csv.add(
        {name, of, std::to_string(k), std::to_string(bin.count), exact(bin.mean_score()), exact(bin.positive_rate())});
  }
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
  std::vector<double> values;
  for (const RankedClass& c : classes) values.push_back(defined_ap(c.table));
  const Words words{
      .title = "Precision and recall",
      .sentence = mean_of("average precision", values) + "; n+: positives; dashed: prevalence, what chance reaches.",
      .x = "recall",
      .y = "precision",
      .columns = {"class", "recall", "precision", "threshold"}};
  const auto draw = [](Svg& svg, CsvText& csv, const Square& at, const RankedClass& c) {
    if (c.table.positives == 0) return;
    const double prevalence = double(c.table.positives) / double(c.table.positives + c.table.negatives);
    svg.line(at(0, prevalence), at(1, prevalence), "axis dash");
    const metrics::PrCurve curve = pr_curve(c.table);
    const std::vector<size_t> kept = visible(curve.recall, curve.precision);
    const std::vector<Point> points = pr_steps(curve, kept, at);
    draw_curve(svg, csv, at, c, points, curve.recall, curve.precision, curve.thresholds, kept);
  };
  const auto said = [&](size_t i) {
    return text("AP ", share(values[i]), ", n+ ", grouped(classes[i].table.positives));
  };
  return squares(classes, words, said, draw);
}

Figure roc_chart(std::span<const RankedClass> classes) {
  std::vector<double> values;
  for (const RankedClass& c : classes) values.push_back(metrics::auroc(c.table));
  const Words words{.title = "Receiver operating characteristic",
                    .sentence = mean_of("AUROC", values) + "; dashed: chance.",
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
  const auto said = [&](size_t i) { return text("AUROC ", share(values[i])); };
  return squares(classes, words, said, draw);
}

Figure reliability_chart(std::span<const CalibratedClass> classes) {
  std::vector<double> of_scores, of_risks;
  for (const CalibratedClass& c : classes) {
    of_scores.push_back(calibration_error(c.scores));
    if (c.risks) of_risks.push_back(calibration_error(*c.risks));
  }
  const bool both = !classes.empty() && of_risks.size() == classes.size();
  const metrics::MacroMean mean = metrics::macro_mean(of_scores);
  const std::string errors =
      both ? text("risks ", share(metrics::macro_mean(of_risks).value), " (scores, grey: ", share(mean.value), ")")
           : text("scores ", share(mean.value));
  const Words words{.title = "Reliability",
                    .sentence = text("Mean class-wise calibration error over ", mean.defined, " of ",
                                     counted(mean.classes, "class", "classes"), ": ", errors,
                                     "; larger dots: more images; dashed: true risks."),
                    .x = both ? "mean score or risk" : "mean score",
                    .y = "share of positives",
                    .columns = {"class", "of", "bin", "count", "mean_score", "positive_rate"}};
  const auto said = [&](size_t i) {
    return both ? text("error ", share(of_risks[i]), " (", share(of_scores[i]), ")")
                : text("error ", share(of_scores[i]));
  };
  const auto draw = [&](Svg& svg, CsvText& csv, const Square& at, const CalibratedClass& c) {
    svg.line(at(0, 0), at(1, 1), "axis dash");
    draw_bins(svg, csv, at, c.name, "score", c.scores, both ? Colour::quiet : band_colour(c.band));
    if (both) draw_bins(svg, csv, at, c.name, "risk", *c.risks, band_colour(c.band));
  };
  return squares(classes, words, said, draw);
}

}  // namespace skew::report
