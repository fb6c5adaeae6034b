#include "apps/training/evaluation.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <numeric>

#include "apps/metrics/ranking.h"
#include "apps/metrics/scored.h"
#include "apps/report/figure.h"
#include "apps/report/number_text.h"
#include "apps/report/table.h"
#include "core/error.h"
#include "core/file.h"

namespace skew {
namespace {

using nlohmann::json;
using report::share;

json number(double v) { return std::isfinite(v) ? json(v) : json(nullptr); }
json numbers(const std::vector<double>& v) {
  json out = json::array();
  for (const double x : v) out.push_back(number(x));
  return out;
}
json macro(const metrics::MacroMean& m) { return {{"value", number(m.value)}, {"defined", m.defined}, {"classes", m.classes}}; }
json banded(const metrics::BandMeans& b) {
  json out = {{"all", macro(b.all)}};
  for (const metrics::Band band : metrics::bands) out[std::string(metrics::name(band))] = macro(b[band]);
  return out;
}

std::vector<double> values_of(const std::vector<ClassThreshold>& thresholds) {
  std::vector<double> out;
  for (const ClassThreshold& t : thresholds) out.push_back(t.value);
  return out;
}

// Classes by how rare they are in training, ties in their own order.
std::vector<size_t> rarest_first(const ModelInfo& info) {
  std::vector<size_t> order(info.classes.size());
  std::iota(order.begin(), order.end(), size_t(0));
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return info.train_counts[a] < info.train_counts[b]; });
  return order;
}

std::string over(const metrics::MacroMean& m) { return text(share(m.value), " over ", m.defined, " of ", m.classes, " classes"); }

// One column of per-class values under its name, for the table and the CSV alike.
struct ClassRow {
  std::string name;
  std::vector<double> values;
  bool count = false;
};

std::vector<ClassRow> per_class(const Evaluation& e, const ModelInfo& info, const std::vector<ClassThreshold>& thresholds) {
  const std::vector<double> train(info.train_counts.begin(), info.train_counts.end());
  if (e.single) {
    const auto& m = *e.single;
    return {{"n+ train", train, true}, {"n+ test", {m.support.begin(), m.support.end()}, true}, {"precision", m.precision},
            {"recall", m.recall}, {"F1", m.f1}, {"AP", m.ap}, {"AUROC", m.auroc}};
  }
  const auto& m = *e.multi;
  std::vector<double> prevalence, lift, limits = values_of(thresholds);
  limits.resize(info.classes.size(), 0.5);
  for (size_t c = 0; c < info.classes.size(); ++c) {
    prevalence.push_back(m.known[c] ? double(m.positives[c]) / double(m.known[c]) : NAN);
    lift.push_back(m.ap[c] / prevalence[c]);
  }
  return {{"n+ train", train, true}, {"n+ test", {m.positives.begin(), m.positives.end()}, true}, {"prevalence", prevalence},
          {"AP", m.ap}, {"AP/prev", lift}, {"AUROC", m.auroc}, {"threshold", limits}, {"F1", m.f1}, {"sensitivity", m.recall},
          {"specificity", m.specificity}, {"ECE", m.calibration_error}};
}

}  // namespace

double Evaluation::monitored(const std::string& name) const {
  if (name == "val/mAP") return ap.all.value;
  if (name == "val/AUROC") return auroc.all.value;
  if (name == "val/loss") return -loss;
  if (name == "val/accuracy" || name == "val/balanced_accuracy") {
    if (!single) throw UsageError(text("--monitor: ", name, " is for single-label data; use val/mAP, val/AUROC or val/loss"));
    return name == "val/accuracy" ? single->accuracy : single->balanced_accuracy;
  }
  throw UsageError(unknown_word("--monitor", name, {"val/mAP", "val/AUROC", "val/loss", "val/accuracy", "val/balanced_accuracy"}));
}

Evaluation evaluate(const Predictions& p, const ModelInfo& info, const std::vector<ClassThreshold>& thresholds) {
  Evaluation e;
  e.task = info.task, e.loss = p.loss;
  if (info.task == Task::single_label) {
    e.single = metrics::multiclass_metrics(p.probabilities, p.class_index, p.labels);
    e.ap = metrics::band_means(e.single->ap, info.train_counts);
    e.auroc = metrics::band_means(e.single->auroc, info.train_counts);
  } else {
    const std::vector<double> limits = values_of(thresholds);
    e.multi = metrics::multilabel_metrics(p.probabilities, p.targets, p.labels, {.thresholds = limits});
    e.ap = metrics::band_means(e.multi->ap, info.train_counts);
    e.auroc = metrics::band_means(e.multi->auroc, info.train_counts);
  }
  return e;
}

std::vector<ClassThreshold> tune_thresholds(const Predictions& p) {
  std::vector<ClassThreshold> out;
  for (int64_t c = 0; c < p.labels; ++c) {
    const auto scores = metrics::column(p.probabilities, p.labels, c), targets = metrics::column(p.targets, p.labels, c);
    const bool any = std::any_of(targets.begin(), targets.end(), [](double y) { return !std::isnan(y); });
    const auto tuned = any ? metrics::tune_threshold(metrics::ranking_table(scores, targets)) : metrics::TunedThreshold{};
    out.push_back({tuned.threshold, tuned.tuned});
  }
  return out;
}

std::string evaluation_table(const Evaluation& e, const ModelInfo& info, const std::vector<ClassThreshold>& thresholds, bool styled) {
  const std::vector<ClassRow> columns = per_class(e, info, thresholds);
  std::vector<report::Column> heads = {{"class", report::Align::left}};
  for (const ClassRow& c : columns) heads.push_back({c.name});
  report::Table table(heads);
  for (const size_t c : rarest_first(info)) {
    std::vector<std::string> cells = {info.classes[c]};
    for (const ClassRow& column : columns)
      cells.push_back(column.count ? report::grouped(int64_t(column.values[c]))
                      : column.name == "AP/prev" ? report::fixed(column.values[c], 1) : share(column.values[c]));
    table.add_row(cells);
  }
  std::string out = table.str(styled) + "\n";
  if (e.single)
    out += text("accuracy ", share(e.single->accuracy), "   balanced accuracy ", share(e.single->balanced_accuracy), "   quadratic kappa ",
                share(e.single->kappa_quadratic), "\n");
  out += text("macro  AUROC ", over(e.auroc.all), "   mAP ", over(e.ap.all), "\n");
  for (const metrics::Band band : metrics::bands)
    if (e.ap[band].classes)
      out += text("  ", metrics::name(band), std::string(8 - metrics::name(band).size(), ' '), "AUROC ", over(e.auroc[band]), "   mAP ", over(e.ap[band]), "\n");
  return out + "head: 100 or more training images, medium: 20–99, tail: fewer\n";
}

std::string predictions_csv(const Predictions& p, const ModelInfo& info, const Dataset& data) {
  std::vector<std::string> head = {"path"};
  head.insert(head.end(), info.classes.begin(), info.classes.end());
  report::CsvText csv(head);
  for (size_t i = 0; i < p.ids.size(); ++i) {
    std::vector<std::string> row = {data.path(p.ids[i])};
    for (int64_t c = 0; c < p.labels; ++c) row.push_back(report::csv_number(p.probabilities[i * size_t(p.labels) + size_t(c)]));
    csv.add(row);
  }
  return csv.str();
}

void write_evaluation(const std::string& folder, const Evaluation& e, const Predictions& p, const ModelInfo& info,
                      const std::vector<ClassThreshold>& thresholds, const Dataset& data) {
  std::filesystem::create_directories(folder);
  json out = {{"images", p.ids.size()}, {"classes", info.classes}, {"loss", number(e.loss)}, {"AUROC", banded(e.auroc)}, {"mAP", banded(e.ap)},
              {"cutoffs", {{"head", "100 or more training images"}, {"medium", "20-99"}, {"tail", "fewer than 20"}}}};
  if (e.single) {
    out["accuracy"] = number(e.single->accuracy), out["balanced_accuracy"] = number(e.single->balanced_accuracy);
    out["kappa"] = number(e.single->kappa), out["kappa_quadratic"] = number(e.single->kappa_quadratic);
    out["log_loss"] = number(e.single->log_loss), out["brier"] = number(e.single->brier);
    out["confusion"] = e.single->confusion.counts;
  } else {
    out["mAP_micro"] = number(e.multi->ap_micro), out["AUROC_micro"] = number(e.multi->auroc_micro);
    out["F1_macro"] = macro(e.multi->f1_macro), out["F1_micro"] = number(e.multi->f1_micro);
    out["log_loss"] = macro(e.multi->log_loss_mean), out["brier"] = macro(e.multi->brier_mean), out["ECE"] = macro(e.multi->calibration_error_mean);
  }
  json classes = json::object();
  const std::vector<ClassRow> columns = per_class(e, info, thresholds);
  for (const ClassRow& c : columns) classes[c.name] = numbers(c.values);
  out["per_class"] = classes;
  write_file(folder + "/metrics.json", std::string_view(out.dump(1) + "\n"));

  std::vector<std::string> head = {"class"};
  for (const ClassRow& c : columns) head.push_back(c.name);
  report::CsvText table(head);
  for (const size_t c : rarest_first(info)) {
    std::vector<std::string> row = {info.classes[c]};
    for (const ClassRow& column : columns) row.push_back(report::csv_number(column.values[c]));
    table.add(row);
  }
  write_file(folder + "/per_class.csv", std::string_view(table.str()));
  write_file(folder + "/predictions.csv", std::string_view(predictions_csv(p, info, data)));
  if (info.task == Task::single_label) return;
  report::CsvText limits(std::vector<std::string>{"class", "threshold", "source"});
  for (size_t c = 0; c < info.classes.size(); ++c) {
    const ClassThreshold t = c < thresholds.size() ? thresholds[c] : ClassThreshold{};
    limits.add(std::vector<std::string>{info.classes[c], report::csv_number(t.value), t.tuned ? "val" : "default"});
  }
  write_file(folder + "/thresholds.csv", std::string_view(limits.str()));
}

}  // namespace skew
