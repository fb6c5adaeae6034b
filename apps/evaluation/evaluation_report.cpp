// An evaluation as people read it and as files keep it. The numbers come from evaluation.cpp.
#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "apps/evaluation/evaluation.h"
#include "apps/report/figure.h"
#include "apps/report/number_text.h"
#include "apps/report/table.h"
#include "core/error.h"
#include "core/file.h"

namespace skew {
namespace {

using nlohmann::json;
using report::share;

// Numbers that are not finite are null in a JSON file: its writer sees to that.
json macro(const metrics::MacroMean& m) { return {{"value", m.value}, {"defined", m.defined}, {"classes", m.classes}}; }
json banded(const metrics::BandMeans& b) {
  json out = {{"all", macro(b.all)}};
  for (const metrics::Band band : metrics::bands) out[std::string(metrics::name(band))] = macro(b[band]);
  return out;
}

std::string over(const metrics::MacroMean& m) {
  return text(share(m.value), " over ", m.defined, " of ", m.classes, " classes");
}

// One column of per-class values under its name, for the table and the CSV alike.
struct ClassRow {
  std::string name;
  std::vector<double> values;
  bool count = false, files_only = false;
};

std::vector<ClassRow> per_class(const Evaluation& e, const ModelInfo& info,
                                const std::vector<ClassThreshold>& thresholds) {
  const std::vector<double> train(info.train_counts.begin(), info.train_counts.end());
  if (e.single) {
    const auto& m = *e.single;
    return {{"n+ train", train, true},
            {"n+ test", {m.support.begin(), m.support.end()}, true},
            {"precision", m.precision},
            {"recall", m.recall},
            {"F1", m.f1},
            {"AP", m.ap},
            {"AUROC", m.auroc}};
  }
  const auto& m = *e.multi;
  std::vector<double> prevalence, lift, limits;
  for (size_t c = 0; c < info.classes.size(); ++c) {
    limits.push_back(c < thresholds.size() ? thresholds[c].value : 0.5);
    prevalence.push_back(m.known[c] ? double(m.positives[c]) / double(m.known[c]) : NAN);
    lift.push_back(m.ap[c] / prevalence[c]);
  }
  std::vector<ClassRow> out = {{"n+ train", train, true},  {"n+ test", {m.positives.begin(), m.positives.end()}, true},
                               {"prevalence", prevalence}, {"AP", m.ap},
                               {"AP/prev", lift},          {"AUROC", m.auroc},
                               {"threshold", limits},      {"F1", m.f1},
                               {"sensitivity", m.recall},  {"specificity", m.specificity}};
  auto add = [&](const ProbabilityQuality& q, const std::string& end) {
    out.push_back({"ECE" + end, q.class_calibration_error});
    out.push_back({"Brier" + end, q.class_brier, false, true});
    out.push_back({"log loss" + end, q.class_log_loss, false, true});
    out.push_back({"F1 at 0.5" + end, q.class_f1, false, true});
  };
  add(e.scores, "");
  if (e.calibrated) add(*e.calibrated, " calibrated");
  return out;
}

// Scores and risks in two lines, and which map made the risks.
std::string calibration_lines(const Evaluation& e, const ModelInfo& info, bool styled) {
  std::vector<report::Column> heads = {report::left("as probabilities"), {"log loss"}, {"Brier"}, {"ECE"}};
  if (e.multi) heads.insert(heads.end(), {{"F1 at .5"}, {"head"}, {"medium"}, {"tail"}});
  report::Table table(heads);
  auto add = [&](const std::string& name, const ProbabilityQuality& q) {
    std::vector<std::string> cells = {name, share(q.log_loss), share(q.brier), share(q.calibration_error)};
    if (e.multi) cells.push_back(share(q.f1.all.value));
    for (const metrics::Band band : metrics::bands)
      if (e.multi) cells.push_back(share(q.f1[band].value));
    table.add_row(cells);
  };
  add("score", e.scores);
  if (e.calibrated) add("calibrated risk", *e.calibrated);
  return table.str(styled) +
         (e.calibrated ? "map: " + describe(info.calibration, info.classes)
                       : "map: none is stored with these weights") +
         (e.calibrated && e.multi
              ? "\na rare class's risk seldom reaches .5: decide by the thresholds, which are of the scores\n"
              : "\n");
}

json probability_json(const ProbabilityQuality& q, bool multi) {
  if (!multi) return {{"log_loss", q.log_loss}, {"brier", q.brier}, {"ECE", q.calibration_error}};
  return {{"log_loss", macro(metrics::macro_mean(q.class_log_loss))},
          {"brier", macro(metrics::macro_mean(q.class_brier))},
          {"ECE", macro(metrics::macro_mean(q.class_calibration_error))},
          {"F1_at_0.5", banded(q.f1)}};
}

}  // namespace

std::string evaluation_table(const Evaluation& e, const ModelInfo& info, const std::vector<ClassThreshold>& thresholds,
                             bool styled) {
  std::vector<ClassRow> columns = per_class(e, info, thresholds);
  std::erase_if(columns, [](const ClassRow& c) { return c.files_only; });
  std::vector<report::Column> heads = {report::left("class")};
  for (const ClassRow& c : columns) heads.push_back({c.name});
  report::Table table(heads);
  for (const size_t c : rarest_first(info)) {
    std::vector<std::string> cells = {info.classes[c]};
    for (const ClassRow& column : columns)
      cells.push_back(column.count               ? report::grouped(int64_t(column.values[c]))
                      : column.name == "AP/prev" ? report::fixed(column.values[c], 1)
                                                 : share(column.values[c]));
    table.add_row(cells);
  }
  std::string out = table.str(styled) + "\n";
  if (e.single)
    out += text("accuracy ", share(e.single->accuracy), "   balanced accuracy ", share(e.single->balanced_accuracy),
                "   quadratic kappa ", share(e.single->kappa_quadratic), "\n");
  out += text("macro  AUROC ", over(e.auroc.all), "   mAP ", over(e.ap.all), "\n");
  for (const metrics::Band band : metrics::bands)
    if (e.ap[band].classes)
      out += text("  ", metrics::name(band), std::string(8 - metrics::name(band).size(), ' '), "AUROC ",
                  over(e.auroc[band]), "   mAP ", over(e.ap[band]), "\n");
  return out + "head: 100 or more training images, medium: 20–99, tail: fewer\n\n" + calibration_lines(e, info, styled);
}

std::string predictions_csv(const Predictions& p, const ModelInfo& info, const Dataset& data) {
  std::vector<std::string> head = {"path"};
  head.insert(head.end(), info.classes.begin(), info.classes.end());
  std::vector<double> risks;
  if (!info.calibration.empty()) {
    risks = apply_calibration(info.calibration, p.probabilities, p.labels);
    for (const std::string& c : info.classes) head.push_back(c + " calibrated");
  }
  CsvText csv(head);
  for (size_t i = 0; i < p.ids.size(); ++i) {
    std::vector<std::string> row = {data.path(p.ids[i])};
    for (const std::vector<double>* column : {&p.probabilities, &std::as_const(risks)})
      for (size_t c = 0; !column->empty() && c < size_t(p.labels); ++c)
        row.push_back(report::exact((*column)[i * size_t(p.labels) + c]));
    csv.add(row);
  }
  return csv.str();
}

void write_evaluation(const std::string& folder, const Evaluation& e, const Predictions& p, const ModelInfo& info,
                      const std::vector<ClassThreshold>& thresholds, const Dataset& data) {
  std::filesystem::create_directories(folder);
  json out = {{"images", p.ids.size()},
              {"classes", info.classes},
              {"loss", e.loss},
              {"AUROC", banded(e.auroc)},
              {"mAP", banded(e.ap)},
              {"cutoffs", {{"head", "100 or more training images"}, {"medium", "20-99"}, {"tail", "fewer than 20"}}}};
  if (e.single) {
    out["accuracy"] = e.single->accuracy;
    out["balanced_accuracy"] = e.single->balanced_accuracy;
    out["kappa"] = e.single->kappa;
    out["kappa_quadratic"] = e.single->kappa_quadratic;
    out["confusion"] = e.single->confusion;
    out["F1_weighted"] = e.single->f1_weighted;
    out["top3_accuracy"] = e.single->top3_accuracy;
    out["MedMNIST"] = {{"AUC", e.single->medmnist_auc}, {"ACC", e.single->accuracy}};
  } else {
    out["mAP_micro"] = e.multi->ap_micro;
    out["AUROC_micro"] = e.multi->auroc_micro;
    out["F1_macro"] = macro(metrics::macro_mean(e.multi->f1));
    out["F1_micro"] = e.multi->f1_micro;
    out["mAP_weighted"] = e.multi->ap_weighted;
    out["subset_accuracy"] = e.multi->subset_accuracy;
    out["Hamming_loss"] = e.multi->hamming_loss;
    out["MedMNIST"] = {{"AUC", e.multi->medmnist_auc}, {"ACC", e.multi->medmnist_accuracy}};
  }
  out.update(probability_json(e.scores, e.multi.has_value()));
  if (e.calibrated) {
    out["calibrated"] = probability_json(*e.calibrated, e.multi.has_value());
    out["calibration"] = json::parse(to_json(info.calibration));
    for (const char* key : {"maps", "map_of_class"}) out["calibration"].erase(key);  // with the weights
    out["calibration"]["summary"] = describe(info.calibration, info.classes);
  }
  json classes = json::object();
  const std::vector<ClassRow> columns = per_class(e, info, thresholds);
  for (const ClassRow& c : columns) classes[c.name] = c.values;
  out["per_class"] = classes;
  write_file(folder + "/metrics.json", out.dump(1) + "\n");

  std::vector<std::string> head = {"class"};
  for (const ClassRow& c : columns) head.push_back(c.name);
  CsvText table(head);
  for (const size_t c : rarest_first(info)) {
    std::vector<std::string> row = {info.classes[c]};
    for (const ClassRow& column : columns) row.push_back(report::exact(column.values[c]));
    table.add(row);
  }
  write_file(folder + "/per_class.csv", table.str());
  write_file(folder + "/predictions.csv", predictions_csv(p, info, data));
  if (info.task == Task::single_label) return;
  CsvText limits({"class", "threshold", "source"});
  for (size_t c = 0; c < info.classes.size(); ++c) {
    const ClassThreshold t = c < thresholds.size() ? thresholds[c] : ClassThreshold{};
    limits.add({info.classes[c], report::exact(t.value), t.tuned ? "val" : "default"});
  }
  write_file(folder + "/thresholds.csv", limits.str());
}

}  // namespace skew
