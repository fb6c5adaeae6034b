// An evaluation as people read it, in lines of 80 columns: what a class is judged by, each number with its interval.
// The other columns are in per_class.csv. The numbers come from evaluation.cpp.
#include <algorithm>
#include <cmath>

#include "apps/evaluation/class_rows.h"
#include "apps/evaluation/class_thresholds.h"
#include "apps/evaluation/evaluation.h"
#include "apps/report/number_text.h"
#include "apps/report/table.h"
#include "core/text.h"

namespace skew {
namespace {

using metrics::Interval;
using report::share;

// ".41–.97"; "–" where undefined.
std::string span_text(const Interval& in) {
  return std::isnan(in.low) ? "–" : share(in.low, 2) + "–" + share(in.high, 2);
}

std::string of(int64_t defined, int64_t classes) { return text(defined, " of ", classes); }

// Name and value of each column of a class beside those of intervals.
struct Shown {
  std::string name;
  std::function<std::string(size_t)> cell;
};

std::vector<Shown> shown_columns(const Evaluation& e, const ModelInfo& info) {
  const auto number = [](const std::vector<double>& values) {
    return [&values](size_t c) { return share(values[c]); };
  };
  const auto count = [](const std::vector<int64_t>& counts) {
    return [&counts](size_t c) { return report::grouped(counts[c]); };
  };
  // a share of none is undefined
  const auto of_some = [](const std::vector<double>& values, const std::vector<int64_t>& some) {
    return [&](size_t c) { return share(some[c] ? values[c] : NAN); };
  };
  std::vector<Shown> out = {{"train", count(info.train_counts)}};
  const auto add_ranking = [&](const std::vector<double>& auroc) {
    out.push_back({"AP", number(e.class_ap)});
    if (e.intervals) out.push_back({"95 %", [&](size_t c) { return span_text(e.intervals->ap[c]); }});
    out.push_back({"AUROC", number(auroc)});
    if (e.intervals) out.push_back({"95 %", [&](size_t c) { return span_text(e.intervals->auroc[c]); }});
  };
  if (e.single) {
    const metrics::MulticlassMetrics& m = *e.single;
    out.push_back({e.on.counts(), count(m.support)});
    out.push_back({"prec.", [&m, some = predicted(m)](size_t c) { return share(some[c] ? m.precision[c] : NAN); }});
    out.push_back({"recall", of_some(m.recall, m.support)});
    out.push_back({"F1", number(e.class_f1)});
    add_ranking(m.auroc);
    return out;
  }
  const metrics::MultilabelMetrics& m = *e.multi;
  out.push_back({e.on.counts(), count(m.positives)});
  add_ranking(m.auroc);
  out.push_back({"F1", number(e.class_f1)});
  out.push_back({"sens.", of_some(m.recall, m.positives)});
  out.push_back({"spec.", [&](size_t c) { return share(m.known[c] > m.positives[c] ? m.specificity[c] : NAN); }});
  return out;
}

std::string class_table(const Evaluation& e, const ModelInfo& info, bool styled) {
  const std::vector<Shown> columns = shown_columns(e, info);
  std::vector<report::Column> heads = {report::left("class")};
  for (const Shown& column : columns) heads.push_back({column.name});
  report::Table table(heads);
  for (const size_t c : rarest_first(info)) {
    std::vector<std::string> cells = {info.classes[c]};
    for (const Shown& column : columns) cells.push_back(column.cell(c));
    table.add_row(std::move(cells));
  }
  return table.str(styled);
}

// Macro means, of all classes and by how frequent they are in training.
std::string mean_table(const Evaluation& e, bool styled) {
  std::vector<report::Column> heads = {report::left("mean over")};
  for (const char* metric : {"AP", "AUROC", "F1"}) {
    heads.push_back({metric});
    if (e.intervals && std::string(metric) != "F1") heads.push_back({"95 %"});
    heads.push_back({"classes"});
  }
  report::Table table(heads);
  const auto add = [&](const std::string& name, const metrics::MacroMean& ap, const metrics::MacroMean& auroc,
                       const metrics::MacroMean& f1, bool all) {
    std::vector<std::string> cells = {name, share(ap.value)};
    if (e.intervals) cells.push_back(all ? span_text(e.intervals->mean_ap) : "");
    cells.insert(cells.end(), {of(ap.defined, ap.classes), share(auroc.value)});
    if (e.intervals) cells.push_back(all ? span_text(e.intervals->mean_auroc) : "");
    cells.insert(cells.end(), {of(auroc.defined, auroc.classes), share(f1.value), of(f1.defined, f1.classes)});
    table.add_row(std::move(cells));
  };
  add("all", e.ap.all, e.auroc.all, e.f1.all, true);
  for (const metrics::Band band : metrics::bands)
    if (e.ap[band].classes) add(std::string(metrics::name(band)), e.ap[band], e.auroc[band], e.f1[band], false);
  return table.str(styled);
}

// The quadratic kappa counts by how far a class is from the true one, so it is for classes in an order.
std::string single_label_line(const Evaluation& e, const ModelInfo& info) {
  const auto within = [&](const Interval MetricIntervals::*which) {
    return e.intervals ? text(" (", span_text((*e.intervals).*which), ")") : "";
  };
  const std::string accuracy = text("accuracy ", share(e.single->accuracy), within(&MetricIntervals::accuracy));
  const std::string balanced =
      text("balanced accuracy ", share(e.single->balanced_accuracy), within(&MetricIntervals::balanced_accuracy),
           " over ", of(occurring(*e.single), std::ssize(e.single->support)), " classes\n");
  if (!info.ordinal) return text(accuracy, "   kappa ", share(e.single->kappa), "\n", balanced);
  const size_t shown = std::min<size_t>(info.classes.size(), 12);
  const std::vector<std::string> order(info.classes.begin(), info.classes.begin() + ptrdiff_t(shown));
  return text(accuracy, "\n", balanced, "quadratic kappa ", share(e.single->kappa_quadratic), " in the order ",
              joined(order, ", "), shown < info.classes.size() ? ", …" : "", "\n");
}

// Scores and risks in two lines, and which map made the risks.
std::string calibration_lines(const Evaluation& e, const ModelInfo& info, bool styled) {
  std::vector<report::Column> heads = {
      report::left("as probabilities"), {"log loss"}, {"Brier"}, {e.single ? "top-1 ECE" : "ECE"}};
  std::string means;
  if (e.multi) {
    const metrics::MacroMean known = metrics::macro_mean(e.scores.class_log_loss), &f1 = e.scores.f1.all;
    means = text("means over ", known.defined, " of ", known.classes, " classes, F1 over ", f1.defined, "\n");
  }
  if (e.multi) heads.insert(heads.end(), {{"F1 at .5"}, {"head"}, {"medium"}, {"tail"}});
  else heads.insert(heads.end(), {{"accuracy"}, {"balanced"}});
  report::Table table(heads);
  auto add = [&](const std::string& name, const ProbabilityQuality& q) {
    std::vector<std::string> cells = {name, share(q.log_loss), share(q.brier), share(q.calibration_error)};
    if (e.multi) cells.push_back(share(q.f1.all.value));
    else cells.insert(cells.end(), {share(q.accuracy), share(q.balanced_accuracy)});
    for (const metrics::Band band : metrics::bands)
      if (e.multi) cells.push_back(share(q.f1[band].value));
    table.add_row(cells);
  };
  add("score", e.scores);
  if (e.calibrated) add("calibrated risk", *e.calibrated);
  std::string words = means;
  if (!e.calibrated) return table.str(styled) + words + "map: none is stored with these weights\n";
  words += "map: " + describe(info.calibration, info.classes) + "\n";
  if (e.multi) words += "a rare class's risk seldom reaches .5: decide by the thresholds, which are of the scores\n";
  if (info.calibration.reorders())
    words +=
        "an image's class is that of its highest score; the risk also puts right how frequent the classes are, and "
        "may be highest for another\n";
  return table.str(styled) + report::wrapped(words);
}

// Also which classes have none: all their positives, or all their negatives, are of one patient.
std::string interval_lines(const MetricIntervals& in, const ModelInfo& info, bool faultless) {
  const std::string one = in.patients ? "patient" : "image";
  const auto those_of_one = [&](const std::vector<int64_t>& groups) {
    std::vector<std::string> names;
    for (const size_t c : rarest_first(info))
      if (groups[c] == 1) names.push_back(info.classes[c]);
    return names;
  };
  std::string out = text(
      "95 %: intervals of ", report::counted(in.resamples, "bootstrap resample", "bootstrap resamples"), " of ",
      report::counted(in.groups, one, one + "s"), faultless ? text("; of 1.000, by the number of ", one, "s\n") : "\n");
  const std::vector<std::string> positives = those_of_one(in.positive_groups),
                                 negatives = those_of_one(in.negative_groups);
  if (!positives.empty())
    out += report::wrapped(text("no interval (–): the positives of ", listed(positives), " are of one ", one, "\n"));
  if (!negatives.empty())
    out += report::wrapped(text("no interval (–): the negatives of ", listed(negatives), " are of one ", one, "\n"));
  return out;
}

}  // namespace

std::string evaluation_table(const Evaluation& e, const ModelInfo& info, const std::vector<ClassThreshold>& thresholds,
                             bool styled) {
  std::string out = class_table(e, info, styled) + "\n" + mean_table(e, styled);
  out += report::wrapped(text("train, ", e.on.counts(),
                              ": images with the class; guessing reaches an AP of its share of the ",
                              e.single ? "images" : "known labels", " measured\n"));
  out += "head: 100 or more training images, medium: 20–99, tail: fewer\n";
  const bool faultless = std::ranges::find(e.class_ap, 1.0) != e.class_ap.end();  // each resample's AP is 1, too
  if (e.intervals) out += interval_lines(*e.intervals, info, faultless);
  if (e.single) out += report::wrapped(single_label_line(e, info));
  if (e.multi) out += report::wrapped("thresholds: " + describe_thresholds(thresholds, info.classes) + "\n");
  return out + "\n" + calibration_lines(e, info, styled);
}

}  // namespace skew
