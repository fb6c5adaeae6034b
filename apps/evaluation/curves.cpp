// From predictions to the tables that the figures are drawn from.
#include "apps/evaluation/curves.h"

#include <filesystem>
#include <numeric>

#include "apps/metrics/labelled_scores.h"
#include "apps/metrics/multiclass.h"
#include "apps/report/confusion_chart.h"
#include "apps/report/curve_chart.h"

namespace skew {
namespace {

// The rarest class first, as in all tables; grades in their order.
report::Figure confusion(const Predictions& p, const ModelInfo& info) {
  const size_t n = info.classes.size();
  std::vector<size_t> order = rarest_first(info);
  if (info.ordinal) std::iota(order.begin(), order.end(), size_t(0));
  const std::vector<int64_t> found = metrics::multiclass_metrics(p.probabilities, p.class_index, int64_t(n)).confusion;
  std::vector<std::string> names;
  std::vector<int64_t> counts;
  for (const size_t truth : order) {
    names.push_back(info.classes[truth]);
    for (const size_t prediction : order) counts.push_back(found[truth * n + prediction]);
  }
  return report::confusion_chart(names, counts);
}

}  // namespace

void write_curves(const std::string& folder, const Predictions& p, const ModelInfo& info) {
  const bool has_risks = !info.calibration.empty();
  const std::vector<double> risks =
      has_risks ? apply_calibration(info.calibration, p.probabilities, p.labels) : std::vector<double>();
  std::vector<report::RankedClass> ranked;
  std::vector<report::CalibratedClass> calibrated;
  for (const size_t c : rarest_first(info)) {
    const int64_t label = int64_t(c);
    const std::vector<double> scores = metrics::column(p.probabilities, p.labels, label);
    const std::vector<double> labels = info.task == Task::multi_label ? metrics::column(p.targets, p.labels, label)
                                                                      : metrics::one_against_rest(p.class_index, label);
    const metrics::Band band = metrics::band_of(info.train_counts[c]);
    ranked.push_back({info.classes[c], band, metrics::ranking_table(scores, labels)});
    calibrated.push_back({info.classes[c], band, metrics::calibration_table(scores, labels)});
    if (has_risks)
      calibrated.back().risks = metrics::calibration_table(metrics::column(risks, p.labels, label), labels);
  }
  std::filesystem::create_directories(folder);
  report::write_figure(folder + "/pr", report::pr_chart(ranked));
  report::write_figure(folder + "/roc", report::roc_chart(ranked));
  report::write_figure(folder + "/reliability", report::reliability_chart(calibrated));
  if (info.task == Task::single_label) report::write_figure(folder + "/confusion", confusion(p, info));
}

}  // namespace skew
