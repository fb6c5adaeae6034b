// An evaluation as people read it and as files keep it. The numbers come from evaluation.cpp.
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "apps/evaluation/class_thresholds.h"
#include "apps/evaluation/evaluation.h"
#include "apps/evaluation/output_columns.h"
#include "apps/report/figure.h"
#include "apps/report/number_text.h"
#include "apps/report/table.h"
#include "core/error.h"
#include "core/file.h"
#include "core/text.h"

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

// How many classes have an image.
int64_t occurring(const metrics::MulticlassMetrics& m) {
  return std::ssize(m.support) - std::ranges::count(m.support, 0);
}
// The balanced accuracy, and over how many classes it is the mean recall.
std::string recalled(const metrics::MulticlassMetrics& m) {
  return over({m.balanced_accuracy, occurring(m), std::ssize(m.support)});
}

// One column of per-class values under its name, for the table and the CSV alike.
struct ClassRow {
  std::string name;
  std::vector<double> values;
  bool count = false, files_only = false;
};

// Shares of `counts` things; NaN of none.
std::vector<double> where(const std::vector<int64_t>& counts, std::vector<double> values) {
  for (size_t c = 0; c < values.size(); ++c)
    if (counts[c] == 0) values[c] = NAN;
  return values;
}

std::vector<ClassRow> per_class(const Evaluation& e, const ModelInfo& info,
                                const std::vector<ClassThreshold>& thresholds) {
  const std::vector<double> train(info.train_counts.begin(), info.train_counts.end());
  if (e.single) {
    const auto& m = *e.single;
    return {{"n+ train", train, true},  {"n+ test", {m.support.begin(), m.support.end()}, true},
            {"precision", m.precision}, {"recall", where(m.support, m.recall)},
            {"F1", e.class_f1},         {"AP", e.class_ap},
            {"AUROC", m.auroc}};
  }
  const auto& m = *e.multi;
  std::vector<double> prevalence, lift, limits;
  std::vector<int64_t> negatives;
  for (size_t c = 0; c < info.classes.size(); ++c) {
    limits.push_back(c < thresholds.size() ? thresholds[c].value : 0.5);
    prevalence.push_back(m.known[c] ? double(m.positives[c]) / double(m.known[c]) : NAN);
    lift.push_back(e.class_ap[c] / prevalence[c]);
    negatives.push_back(m.known[c] - m.positives[c]);
  }
  std::vector<ClassRow> out = {{"n+ train", train, true},
                               {"n+ test", {m.positives.begin(), m.positives.end()}, true},
                               {"prevalence", prevalence},
                               {"AP", e.class_ap},
                               {"AP/prev", lift},
                               {"AUROC", m.auroc},
                               {"threshold", limits},
                               {"F1", e.class_f1},
                               {"sensitivity", where(m.positives, m.recall)},
                               {"specificity", where(negatives, m.specificity)}};
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

// The quadratic kappa counts by how far a class is from the true one, so it is for classes in an order.
std::string single_label_line(const Evaluation& e, const ModelInfo& info) {
  const std::string both = text("accuracy ", share(e.single->accuracy), "   balanced accuracy ", recalled(*e.single));
  if (!info.ordinal) return text(both, "   kappa ", share(e.single->kappa), "\n");
  const size_t shown = std::min<size_t>(info.classes.size(), 12);
  const std::vector<std::string> order(info.classes.begin(), info.classes.begin() + ptrdiff_t(shown));
  return text(both, "\nquadratic kappa ", share(e.single->kappa_quadratic), " in the order ", joined(order, ", "),
              shown < info.classes.size() ? ", …" : "", "\n");
}

// Scores and risks in two lines, and which map made the risks.
std::string calibration_lines(const Evaluation& e, const ModelInfo& info, bool styled) {
  std::vector<report::Column> heads = {report::left("as probabilities"), {"log loss"}, {"Brier"}, {"ECE"}};
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
  std::string out = table.str(styled) + means;
  if (!e.calibrated) return out + "map: none is stored with these weights\n";
  out += "map: " + describe(info.calibration, info.classes) + "\n";
  if (e.multi) out += "a rare class's risk seldom reaches .5: decide by the thresholds, which are of the scores\n";
  if (info.calibration.reorders())
    out +=
        "an image's class is that of its highest score; the risk also puts right how frequent the classes are, and "
        "may be highest for another\n";
  return out;
}

json probability_json(const ProbabilityQuality& q, bool multi) {
  if (!multi)
    return {{"log_loss", q.log_loss},
            {"brier", q.brier},
            {"ECE", q.calibration_error},
            {"accuracy", q.accuracy},
            {"balanced_accuracy", q.balanced_accuracy}};
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
    for (const ClassRow& column : columns) {
      const double value = column.values[c];
      if (column.count) cells.push_back(report::grouped(int64_t(value)));
      else cells.push_back(column.name == "AP/prev" ? report::fixed(value, 1) : share(value));
    }
    table.add_row(cells);
  }
  std::string out = table.str(styled) + "\n";
  if (e.single) out += single_label_line(e, info);
  out += text("macro  AUROC ", over(e.auroc.all), "   mAP ", over(e.ap.all), "   F1 ", over(e.f1.all), "\n");
  for (const metrics::Band band : metrics::bands)
    if (e.ap[band].classes)
      out += text("  ", metrics::name(band), std::string(8 - metrics::name(band).size(), ' '), "AUROC ",
                  over(e.auroc[band]), "   mAP ", over(e.ap[band]), "   F1 ", over(e.f1[band]), "\n");
  if (e.multi) out += "thresholds: " + describe_thresholds(thresholds, info.classes) + "\n";
  return out + "head: 100 or more training images, medium: 20–99, tail: fewer\n\n" + calibration_lines(e, info, styled);
}

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

namespace {

// Rows are true classes, columns predicted ones.
json confusion_rows(const metrics::MulticlassMetrics& m) {
  const size_t classes = m.support.size();
  json rows = json::array();
  for (size_t c = 0; c < classes; ++c)
    rows.push_back(std::vector<int64_t>(m.confusion.begin() + ptrdiff_t(c * classes),
                                        m.confusion.begin() + ptrdiff_t((c + 1) * classes)));
  return rows;
}

}  // namespace

void write_evaluation(const std::string& folder, const Evaluation& e, const Predictions& p, const ModelInfo& info,
                      const std::vector<ClassThreshold>& thresholds, const Dataset& data) {
  std::filesystem::create_directories(folder);
  json out = {{"images", p.ids.size()},
              {"classes", info.classes},
              {"loss", e.loss},
              {"AUROC", banded(e.auroc)},
              {"mAP", banded(e.ap)},
              {"F1_macro", macro(e.f1.all)},
              {"cutoffs", {{"head", "100 or more training images"}, {"medium", "20-99"}, {"tail", "fewer than 20"}}}};
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
  write_file(folder + "/thresholds.csv", thresholds_csv(thresholds, info));
}

}  // namespace skew
