// Every score vector of metrics.json.gz against the values of scikit-learn; a key without a row below fails the test.
// Also what scikit-learn refuses. Hand-made cases are in multilabel_test.cpp.
#include <catch2/catch.hpp>
#include <cmath>
#include <iostream>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>

#include "apps/metrics/class_means.h"
#include "apps/metrics/labelled_scores.h"
#include "apps/metrics/multiclass.h"
#include "apps/metrics/multilabel.h"
#include "apps/metrics/probability_error.h"
#include "apps/metrics/thresholded.h"
#include "core/error.h"
#include "tests/golden_folder.h"

namespace {

using namespace skew::metrics;
using nlohmann::json;

constexpr double tolerance = 1e-12;
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

// NaN is null, infinities are strings.
double number(const json& value) {
  if (value.is_null() || value == "nan") return not_a_number;
  if (value == "inf") return std::numeric_limits<double>::infinity();
  if (value == "-inf") return -std::numeric_limits<double>::infinity();
  return value.get<double>();
}

// Nested arrays flattened, so that one comparison serves scalars, vectors and matrices.
void flatten(const json& value, std::vector<double>& out) {
  if (value.is_array()) {
    for (const json& element : value) flatten(element, out);
  } else {
    out.push_back(number(value));
  }
}
std::vector<double> flat(const json& value) {
  std::vector<double> out;
  flatten(value, out);
  return out;
}

std::vector<double> doubles(const std::vector<int64_t>& values) { return {values.begin(), values.end()}; }

// max|a-b| / max(1, max|b|) over the finite elements; infinity if lengths, NaNs or infinities differ.
double distance(const std::vector<double>& a, const std::vector<double>& b) {
  if (a.size() != b.size()) return std::numeric_limits<double>::infinity();
  double worst = 0, scale = 1;
  for (size_t i = 0; i < a.size(); ++i) {
    if (std::isfinite(b[i])) {
      if (!std::isfinite(a[i])) return std::numeric_limits<double>::infinity();
      worst = std::max(worst, std::abs(a[i] - b[i]));
      scale = std::max(scale, std::abs(b[i]));
    } else if (!(a[i] == b[i] || (std::isnan(a[i]) && std::isnan(b[i])))) {
      return std::numeric_limits<double>::infinity();
    }
  }
  return worst / scale;
}

using ByKey = std::map<std::string, std::vector<double>>;  // our values by the file's key

void add_macro(ByKey& v, const std::string& name, const std::vector<double>& values) {
  const MacroMean mean = macro_mean(values);
  v[name + "_macro"] = v[name + "_mean"] = {mean.value};
  v[name + "_defined"] = {double(mean.defined)};
}

ByKey multilabel_values(const std::vector<double>& scores, const std::vector<double>& targets, int64_t labels,
                        bool probabilities) {
  const MultilabelMetrics m = multilabel_metrics(scores, targets, labels);
  ByKey v{{"positives", doubles(m.positives)},
          {"ap", m.ap},
          {"auroc", m.auroc},
          {"ap_micro", {m.ap_micro}},
          {"ap_weighted", {m.ap_weighted}},
          {"auroc_micro", {m.auroc_micro}}};
  for (int64_t c = 0; c < labels; ++c) {
    const std::vector<double> own = column(scores, labels, c), truth = column(targets, labels, c);
    const BestF1 best = best_f1(ranking_table(own, truth));
    v["best_f1"].push_back(best.threshold);
    v["best_f1"].push_back(best.f1);
    if (!probabilities) continue;
    v["log_loss"].push_back(log_loss(own, truth));
    v["brier"].push_back(brier(own, truth));
    v["ece"].push_back(calibration_error(own, truth));
  }
  for (const char* name : {"ap", "auroc", "log_loss", "brier", "ece"}) add_macro(v, name, v[name]);
  if (!probabilities) return v;
  v.insert({{"precision", m.precision}, {"recall", m.recall}, {"f1", m.f1}, {"f1_micro", {m.f1_micro}}});
  v.insert({{"subset_accuracy", {m.subset_accuracy}},
            {"hamming_loss", {m.hamming_loss}},
            {"medmnist", {m.medmnist_auc, m.medmnist_accuracy}}});
  add_macro(v, "f1", m.f1);
  return v;
}

ByKey multiclass_values(const std::vector<double>& scores, const std::vector<int64_t>& targets, int64_t classes) {
  const MulticlassMetrics m = multiclass_metrics(scores, targets, classes);
  ByKey v{{"confusion", doubles(m.confusion)},
          {"accuracy", {m.accuracy}},
          {"balanced_accuracy", {m.balanced_accuracy}},
          {"kappa", {m.kappa}},
          {"kappa_quadratic", {m.kappa_quadratic}},
          {"precision", m.precision},
          {"recall", m.recall},
          {"f1", m.f1},
          {"support", doubles(m.support)},
          {"f1_micro", {m.accuracy}},
          {"f1_weighted", {m.f1_weighted}},
          {"top3_accuracy", {m.top3_accuracy}},
          {"medmnist", {m.medmnist_auc, m.accuracy}},
          {"log_loss", {m.log_loss}},
          {"brier", {m.brier}},
          {"ece_top1", {m.top1_calibration_error}},
          {"ap", m.ap},
          {"auroc", m.auroc}};
  for (const char* name : {"f1", "ap", "auroc"}) add_macro(v, name, v[name]);
  return v;
}

// Objects of the file as the flat vectors above.
std::vector<double> expected(const std::string& key, const json& value) {
  if (key == "medmnist") return {number(value.at("auc")), number(value.at("acc"))};
  if (key != "best_f1") return flat(value);
  std::vector<double> out;
  for (const json& best : value) {
    out.push_back(best.is_null() ? not_a_number : number(best.at("threshold")));
    out.push_back(best.is_null() ? not_a_number : number(best.at("f1")));
  }
  return out;
}

ByKey curve_values(const std::vector<double>& scores, const std::vector<double>& targets) {
  const RankingTable table = ranking_table(scores, targets);
  const PrCurve pr = pr_curve(table);
  const RocCurve roc = roc_curve(table), dropped = roc_curve(table, true);
  return {{"pr.precision", pr.precision},
          {"pr.recall", pr.recall},
          {"pr.thresholds", pr.thresholds},
          {"roc.fpr", roc.fpr},
          {"roc.tpr", roc.tpr},
          {"roc.thresholds", roc.thresholds},
          {"roc_collinear_points_dropped.fpr", dropped.fpr},
          {"roc_collinear_points_dropped.tpr", dropped.tpr},
          {"roc_collinear_points_dropped.thresholds", dropped.thresholds}};
}

double compare(const std::string& key, const ByKey& ours, const std::vector<double>& theirs) {
  INFO("key " << key);
  REQUIRE(ours.count(key) == 1);  // a key nobody computes is a failure, not a skip
  const double error = distance(ours.at(key), theirs);
  CHECK(error <= tolerance);
  return error;
}

double run_curves(const json& the_case, const std::vector<double>& scores, const std::vector<double>& targets,
                  int64_t labels) {
  double worst = 0;
  for (const json& curve : the_case.value("curves", json::array())) {
    std::vector<double> s, t;
    const auto label = curve.at("label").get<size_t>();
    for (size_t i = label; i < scores.size(); i += static_cast<size_t>(labels)) {
      s.push_back(scores[i]);
      t.push_back(targets[i]);
    }
    const ByKey ours = curve_values(s, t);
    for (const auto& [kind, points] : curve.items()) {
      if (kind == "label") continue;
      for (const auto& [key, value] : points.items()) {
        worst = std::max(worst, compare(kind + "." + key, ours, flat(value)));
      }
    }
  }
  return worst;
}

// The worst error over all keys of a case.
double run_case(const json& the_case) {
  const auto kind = the_case.at("kind").get<std::string>();
  std::vector<double> scores = flat(the_case.at("scores"));
  if (the_case.value("dtype", "float64") == "float32") {
    for (double& score : scores) score = static_cast<double>(static_cast<float>(score));
  }
  const auto columns = static_cast<int64_t>(the_case.at("scores").at(0).size());
  ByKey ours;
  double worst = 0;
  if (kind == "multiclass") {
    ours = multiclass_values(scores, the_case.at("targets").get<std::vector<int64_t>>(), columns);
  } else {
    REQUIRE((kind == "multilabel" || kind == "multilabel_logits"));
    const std::vector<double> targets = flat(the_case.at("targets"));
    ours = multilabel_values(scores, targets, columns, kind == "multilabel");
    worst = run_curves(the_case, scores, targets, columns);
  }
  for (const auto& [key, value] : the_case.at("expect").items())
    worst = std::max(worst, compare(key, ours, expected(key, value)));
  return worst;
}

}  // namespace

TEST_CASE("all metrics of the reference data") {
  if (!skew::golden::available("metrics.json")) return;
  const json file = json::parse(skew::golden::slurp(skew::golden::folder() + "/metrics.json"));
  double worst = 0;
  size_t n = 0;
  for (const json& the_case : file.value("cases", json::array())) {
    INFO("case " << the_case.value("name", "?"));
    worst = std::max(worst, run_case(the_case));
    ++n;
  }
  for (const json& refused : file.value("refused", json::array())) {
    INFO("refused: " << refused.value("note", "?"));
    const std::vector<double> scores = flat(refused.at("scores")), targets = flat(refused.at("targets"));
    CHECK_THROWS_AS(ranking_table(scores, targets), skew::ValueError);
    CHECK_THROWS_AS(multilabel_metrics(scores, targets, 1), skew::ValueError);
    ++n;
  }
  std::cout << "golden metrics.json.gz: " << n << " cases, 0 skipped (), worst error " << worst << " of tolerance "
            << tolerance << '\n';
}
