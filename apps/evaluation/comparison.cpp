// A gain is sure where its interval leaves out 0.
#include "apps/evaluation/comparison.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <numeric>

#include "apps/formats/csv_text.h"
#include "apps/metrics/labelled_scores.h"
#include "apps/report/compare_chart.h"
#include "apps/report/loss_colour.h"
#include "apps/report/number_text.h"
#include "apps/report/table.h"
#include "core/error.h"
#include "core/file.h"
#include "core/text.h"

namespace skew {
namespace {

using metrics::Difference;
using metrics::Interval;
using report::share;

std::string groups_words(const Comparison& c) {
  return c.patients ? report::counted(c.groups, "patient", "patients") : report::counted(c.groups, "image", "images");
}

std::string span_of(const Interval& in) {
  return std::isnan(in.low) ? "–" : share(in.low, 2) + " to " + share(in.high, 2);
}

// "+.041 (−.01 to +.09)"; "+.041 (–)" where nothing is known of the interval.
std::string gain_words(const Difference& d) {
  if (std::isnan(d.value)) return "–";
  const std::string within =
      std::isnan(d.interval.low) ? "–" : report::gain(d.interval.low, 2) + " to " + report::gain(d.interval.high, 2);
  return report::gain(d.value) + " (" + within + ")";
}

// How many half-widths of its interval a gain is; −1 where that is unknown.
double sureness(const Difference& d) {
  const double half = (d.interval.high - d.interval.low) / 2;
  if (std::isnan(d.value) || std::isnan(half)) return -1;
  if (d.value == 0) return 0;
  return half > 0 ? std::abs(d.value) / half : HUGE_VAL;
}

void add_metric(const Comparison& c, report::Table& table, const std::string& metric,
                double (*value)(const metrics::RankingReplicates&),
                Interval (*interval)(const metrics::RankingReplicates&, double),
                Difference (*difference)(const metrics::RankingReplicates&, const metrics::RankingReplicates&,
                                         double)) {
  for (size_t r = 0; r < c.runs.size(); ++r) {
    const metrics::RankingReplicates& own = c.runs[r].replicates;
    const Difference d = difference(own, c.runs[0].replicates, .95);
    table.add_row({r == 0 ? metric : "", c.runs[r].name, share(value(own)), span_of(interval(own, .95)),
                   r == 0 ? "" : gain_words(d), r == 0 ? "" : report::verdict(d)});
  }
}

double mean_ap(const metrics::RankingReplicates& r) { return metrics::macro_mean(r.ap).value; }
double mean_auroc(const metrics::RankingReplicates& r) { return metrics::macro_mean(r.auroc).value; }

std::string class_table_of(const Comparison& c, bool styled) {
  const metrics::RankingReplicates &first = c.runs[0].replicates, &second = c.runs[1].replicates;
  std::vector<Difference> gains;
  for (int64_t k = 0; k < first.classes; ++k) gains.push_back(metrics::ap_difference(second, first, k));
  std::vector<size_t> order(gains.size());
  std::iota(order.begin(), order.end(), size_t(0));
  std::ranges::stable_sort(order, std::ranges::greater{}, [&](size_t k) { return sureness(gains[k]); });
  std::vector<report::Column> heads = {report::left("class"), {"n+"}};
  if (c.patients) heads.push_back({"patients"});
  heads.insert(heads.end(), {{"AP first"}, {"second"}, report::left("second − first"), report::left("")});
  report::Table table(heads);
  for (const size_t k : order) {
    std::vector<std::string> cells = {c.first.classes[k], report::grouped(first.positives[k])};
    if (c.patients) cells.push_back(report::grouped(first.positive_groups[k]));
    cells.insert(cells.end(),
                 {share(first.ap[k]), share(second.ap[k]), gain_words(gains[k]), report::verdict(gains[k])});
    table.add_row(std::move(cells));
  }
  const bool unknown = std::ranges::any_of(gains, [](const Difference& d) { return std::isnan(d.interval.low); });
  return table.str(styled) +
         report::wrapped(
             text("the surest first: gain over half its interval; at 95 % one class in 20 is better or worse "
                  "by chance alone",
                  unknown ? "; (–): too few for an interval\n" : "\n"));
}

void check_alike(const Compared& first, const Compared& other) {
  const Predictions &a = first.predictions, &b = other.predictions;
  const auto same = [](double x, double y) { return x == y || (std::isnan(x) && std::isnan(y)); };
  if (a.ids == b.ids && a.class_index == b.class_index && a.labels == b.labels &&
      std::ranges::equal(a.targets, b.targets, same))
    return;
  throw FileError(text(other.name, " was measured on other images or labels than ", first.name, " (",
                       report::counted(std::ssize(b.ids), "image", "images"), ", and ", a.ids.size(),
                       "); name one source for both: --data SRC"));
}

}  // namespace

void reorder_classes(Predictions& p, const std::vector<std::string>& own, const std::vector<std::string>& wanted) {
  std::vector<size_t> from;  // the column of each wanted class
  for (const std::string& name : wanted) from.push_back(size_t(std::ranges::find(own, name) - own.begin()));
  const size_t n = from.size();
  for (std::vector<double>* values : {&p.probabilities, &p.targets}) {
    const std::vector<double> before = *values;
    for (size_t i = 0; i < before.size(); ++i) (*values)[i] = before[i / n * n + from[i % n]];
  }
  for (int64_t& c : p.class_index)
    if (c >= 0) c = std::ranges::find(from, size_t(c)) - from.begin();
}

Comparison compare(std::vector<Compared> runs, const ModelInfo& first, const Dataset& data) {
  Comparison out;
  const Predictions& p = runs.at(0).predictions;
  const int64_t values = std::ssize(p.ids) * p.labels * std::ssize(runs);
  out.resamples = metrics::affordable_resamples(values);
  if (out.resamples == 0)
    throw FileError(text("to resample ", p.ids.size(), " images of ", p.labels,
                         " classes takes too long; compare on a ", "part of them"));
  const metrics::Groups groups = groups_of(p, data);
  for (Compared& run : runs) {
    check_alike(runs[0], run);
    run.replicates = metrics::ranking_replicates(run.predictions.probabilities, label_matrix(run.predictions),
                                                 run.predictions.labels, groups, {.resamples = out.resamples});
  }
  out.first = first;
  out.groups = groups.count;
  out.patients = data.has_patients();
  out.runs = std::move(runs);
  return out;
}

std::string comparison_table(const Comparison& c, bool styled) {
  report::Table table(
      {report::left("mean"), report::left("run"), {""}, report::left("95 %"), report::left("gain"), report::left("")});
  add_metric(c, table, "AP", mean_ap, metrics::mean_ap_interval, metrics::mean_ap_difference);
  add_metric(c, table, "AUROC", mean_auroc, metrics::mean_auroc_interval, metrics::mean_auroc_difference);
  const std::string words = text("gain: over ", c.runs[0].name, " on the same images, with its 95 % interval of ",
                                 report::counted(c.resamples, "resample", "resamples"), " of ", groups_words(c),
                                 "; better, worse: the interval leaves out 0\n");
  std::string out = table.str(styled) + report::wrapped(words);
  if (c.runs.size() == 2) out += "\n" + class_table_of(c, styled);
  return out;
}

namespace {

report::Figure curves_of(const Comparison& c) {
  std::vector<std::string> losses;
  for (const Compared& run : c.runs) losses.push_back(run.loss);
  const std::vector<report::LineStyle> lines = report::run_lines(losses);
  report::CompareChart chart{.sentence = text("Gains over ", c.runs[0].name, " with their 95 % intervals over ",
                                              groups_words(c), "; precision over recall, the rarest class first."),
                             .metrics = {"mean AP", "mean AUROC"},
                             .runs = {},
                             .classes = {}};
  const metrics::RankingReplicates& first = c.runs[0].replicates;
  for (size_t r = 0; r < c.runs.size(); ++r) {
    const metrics::RankingReplicates& own = c.runs[r].replicates;
    chart.runs.push_back({c.runs[r].name,
                          lines[r],
                          {metrics::mean_ap_difference(own, first), metrics::mean_auroc_difference(own, first)}});
  }
  const std::vector<double> labels = label_matrix(c.runs[0].predictions);  // those of all runs
  for (const size_t k : rarest_first(c.first)) {
    const int64_t label = int64_t(k), count = c.runs[0].predictions.labels;
    report::ComparedClass of_class{c.first.classes[k], {}, {NAN, {NAN, NAN}}};
    const std::vector<double> truth = metrics::column(labels, count, label);
    for (const Compared& run : c.runs)
      of_class.of_runs.push_back(
          metrics::ranking_table(metrics::column(run.predictions.probabilities, count, label), truth));
    if (c.runs.size() == 2) of_class.gain = metrics::ap_difference(c.runs[1].replicates, first, label);
    chart.classes.push_back(std::move(of_class));
  }
  return report::compare_chart(chart);
}

}  // namespace

void write_comparison(const std::string& folder, const Comparison& c) {
  std::filesystem::create_directories(folder);
  CsvText csv({"run", "metric", "class", "positives", "value", "low", "high", "gain", "gain low", "gain high"});
  nlohmann::json rows = nlohmann::json::array();
  const metrics::RankingReplicates& first = c.runs[0].replicates;
  const auto add = [&](const std::string& run, const char* metric, const std::string& of_class, int64_t positives,
                       double value, const Interval& in, const Difference& d) {
    const double numbers[] = {value, in.low, in.high, d.value, d.interval.low, d.interval.high};
    std::vector<std::string> cells = {run, metric, of_class, positives < 0 ? "" : std::to_string(positives)};
    for (const double v : numbers) cells.push_back(report::exact(v));
    csv.add(cells);
    rows.push_back({{"run", run},
                    {"metric", metric},
                    {"class", of_class},
                    {"positives", positives < 0 ? nlohmann::json() : nlohmann::json(positives)},
                    {"value", value},
                    {"interval", {in.low, in.high}},
                    {"gain", d.value},
                    {"gain_interval", {d.interval.low, d.interval.high}}});
  };
  for (const Compared& run : c.runs) {
    const metrics::RankingReplicates& r = run.replicates;
    add(run.name, "mAP", "", -1, mean_ap(r), metrics::mean_ap_interval(r), metrics::mean_ap_difference(r, first));
    add(run.name, "AUROC", "", -1, mean_auroc(r), metrics::mean_auroc_interval(r),
        metrics::mean_auroc_difference(r, first));
    for (int64_t k = 0; k < r.classes; ++k) {
      const std::string& name = c.first.classes[size_t(k)];
      add(run.name, "AP", name, r.positives[size_t(k)], r.ap[size_t(k)], metrics::ap_interval(r, k),
          metrics::ap_difference(r, first, k));
      add(run.name, "AUROC", name, r.positives[size_t(k)], r.auroc[size_t(k)], metrics::auroc_interval(r, k),
          metrics::auroc_difference(r, first, k));
    }
  }
  write_file(folder + "/compare.csv", csv.str());
  nlohmann::json runs = nlohmann::json::array();
  for (const Compared& run : c.runs) runs.push_back({{"run", run.name}, {"weights", run.weights}, {"loss", run.loss}});
  const nlohmann::json out = {{"data", c.on.data},
                              {"split", c.on.split},
                              {"fingerprint", c.on.fingerprint},
                              {"images", c.runs[0].predictions.ids.size()},
                              {"runs", runs},
                              {"resamples", c.resamples},
                              {"over", c.patients ? "patients" : "images"},
                              {"groups", c.groups},
                              {"rows", rows}};
  report::write_figure(folder + "/curves", curves_of(c));
  write_file(folder + "/compare.json", out.dump(1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
}

}  // namespace skew
