// From predictions to the tables that the three figures are drawn from.
#include "apps/evaluation/curves.h"

#include <filesystem>

#include "apps/metrics/labelled_scores.h"
#include "apps/metrics/multiclass.h"
#include "apps/report/curve_chart.h"

namespace skew {

void write_curves(const std::string& folder, const Predictions& p, const ModelInfo& info) {
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
  }
  std::filesystem::create_directories(folder);
  report::write_figure(folder + "/pr", report::pr_chart(ranked));
  report::write_figure(folder + "/roc", report::roc_chart(ranked));
  report::write_figure(folder + "/reliability", report::reliability_chart(calibrated));
}

}  // namespace skew
