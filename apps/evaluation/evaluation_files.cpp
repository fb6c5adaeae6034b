// An evaluation as files keep it. The numbers come from evaluation.cpp.
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "apps/evaluation/class_rows.h"
#include "apps/evaluation/class_thresholds.h"
#include "apps/evaluation/evaluation.h"
#include "apps/evaluation/output_columns.h"
#include "apps/formats/csv_text.h"
#include "apps/report/number_text.h"
#include "core/file.h"

namespace skew {
namespace {

using nlohmann::json;

// Numbers that are not finite are null in a JSON file: its writer sees to that.
json macro(const metrics::MacroMean& m) { return {{"value", m.value}, {"defined", m.defined}, {"classes", m.classes}}; }
json banded(const metrics::BandMeans& b) {
  json out = {{"all", macro(b.all)}};
  for (const metrics::Band band : metrics::bands) out[std::string(metrics::name(band))] = macro(b[band]);
  return out;
}

json probability_json(const ProbabilityQuality& q, bool multi) {
  if (!multi)
    return {{"log_loss", q.log_loss},
            {"brier", q.brier},
            {"ECE_top1", q.calibration_error},
            {"accuracy", q.accuracy},
            {"balanced_accuracy", q.balanced_accuracy}};
  return {{"log_loss", macro(metrics::macro_mean(q.class_log_loss))},
          {"brier", macro(metrics::macro_mean(q.class_brier))},
          {"ECE", macro(metrics::macro_mean(q.class_calibration_error))},
          {"F1_at_0.5", banded(q.f1)}};
}

// Rows are true classes, columns predicted ones.
json confusion_rows(const metrics::MulticlassMetrics& m) {
  const size_t classes = m.support.size();
  json rows = json::array();
  for (size_t c = 0; c < classes; ++c)
    rows.push_back(std::vector<int64_t>(m.confusion.begin() + ptrdiff_t(c * classes),
                                        m.confusion.begin() + ptrdiff_t((c + 1) * classes)));
  return rows;
}

json intervals_json(const MetricIntervals& in, bool single) {
  const auto both = [](const metrics::Interval& interval) { return json{interval.low, interval.high}; };
  json out = {{"coverage", in.coverage}, {"resamples", in.resamples},
              {"groups", in.groups},     {"over", in.patients ? "patients" : "images"},
              {"mAP", both(in.mean_ap)}, {"AUROC", both(in.mean_auroc)}};
  if (single) {
    out["accuracy"] = both(in.accuracy);
    out["balanced_accuracy"] = both(in.balanced_accuracy);
  }
  return out;
}

}  // namespace

std::string predictions_csv(const Predictions& p, const ModelInfo& info, const Dataset& data) {
  const OutputColumns words(info.classes);
  const bool single = info.task == Task::single_label;
  std::vector<std::string> head = {words.path};
  if (single) head.push_back(words.truth);
  head.insert(head.end(), info.classes.begin(), info.classes.end());
  std::vector<double> risks;
  if (!info.calibration.empty()) {
    risks = apply_calibration(info.calibration, p.probabilities, p.labels);
    for (const std::string& c : info.classes) head.push_back(c + words.calibrated_suffix);
  }
  for (const std::string& c : info.classes)
    if (!single) head.push_back(c + words.truth_suffix);
  CsvText csv(head);
  for (size_t i = 0; i < p.ids.size(); ++i) {
    std::vector<std::string> row = {data.path(p.ids[i])};
    if (single) row.push_back(p.class_index[i] < 0 ? "" : info.classes[size_t(p.class_index[i])]);
    for (const std::vector<double>* column : {&p.probabilities, &std::as_const(risks), &p.targets})
      for (size_t c = 0; (column != &p.targets || !single) && !column->empty() && c < size_t(p.labels); ++c)
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
              {"AUROC", banded(e.auroc)},
              {"mAP", banded(e.ap)},
              {"F1_macro", macro(e.f1.all)},
              {"cutoffs", {{"head", "100 or more training images"}, {"medium", "20-99"}, {"tail", "fewer than 20"}}}};
  const std::pair<const char*, std::string> on[] = {
      {"data", e.on.data}, {"fingerprint", e.on.fingerprint}, {"split", e.on.split}, {"weights", e.on.weights}};
  for (const auto& [key, words] : on)
    if (!words.empty()) out[key] = words;
  if (!std::isnan(e.loss)) out["loss"] = e.loss;
  out["sklearn"] = {{"F1_macro", metrics::macro_mean(e.single ? e.single->f1 : e.multi->f1).value},
                    {"mAP", metrics::macro_mean(e.single ? e.single->ap : e.multi->ap).value},
                    {"note", "as scikit-learn takes the undefined: F1 0 without a positive, AP 1 without a negative"}};
  for (const metrics::Band band : metrics::bands) out["F1_macro"][std::string(metrics::name(band))] = macro(e.f1[band]);
  if (e.single) {
    out["accuracy"] = e.single->accuracy;
    out["balanced_accuracy"] = e.single->balanced_accuracy;
    out["balanced_accuracy_defined"] = occurring(*e.single);
    out["kappa"] = e.single->kappa;
    out["kappa_quadratic"] = info.ordinal ? e.single->kappa_quadratic : NAN;
    out["ordinal"] = info.ordinal;
    out["confusion"] = confusion_rows(*e.single);
    out["confusion_order"] = {{"rows", "true class"}, {"columns", "predicted class"}, {"classes", info.classes}};
    out["F1_weighted"] = e.single->f1_weighted;
    out["top3_accuracy"] = e.single->top3_accuracy;
    out["MedMNIST"] = {{"AUC", e.single->medmnist_auc}, {"ACC", e.single->accuracy}};
  } else {
    out["thresholds"] = describe_thresholds(thresholds, info.classes);
    out["mAP_micro"] = e.multi->ap_micro;
    out["AUROC_micro"] = e.multi->auroc_micro;
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
  if (e.intervals) out["intervals"] = intervals_json(*e.intervals, e.single.has_value());
  json classes = json::object();
  const std::vector<ClassRow> columns = class_rows(e, info, thresholds);
  for (const ClassRow& c : columns) classes[c.name] = c.values;
  out["per_class"] = classes;
  write_file(folder + "/metrics.json", out.dump(1, ' ', false, json::error_handler_t::replace) + "\n");

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
  write_file(folder + "/thresholds.csv", thresholds_csv(thresholds, info));
}

}  // namespace skew
