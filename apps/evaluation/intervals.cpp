// One set of resamples serves all classes, so that intervals of means are of the same draws.
#include "apps/evaluation/intervals.h"

#include <algorithm>
#include <cmath>

namespace skew {

metrics::Groups groups_of(const Predictions& p, const Dataset& data) {
  std::vector<std::string> names;
  for (const int64_t id : p.ids) names.push_back(data.patient(id));
  return metrics::groups_of(names);
}

std::vector<double> label_matrix(const Predictions& p) {
  if (p.class_index.empty()) return p.targets;
  std::vector<double> out(p.ids.size() * size_t(p.labels), 0);
  for (size_t i = 0; i < p.ids.size(); ++i)
    if (p.class_index[i] >= 0) out[i * size_t(p.labels) + size_t(p.class_index[i])] = 1;
  return out;
}

std::optional<MetricIntervals> metric_intervals(const Predictions& p, const Dataset& data) {
  const size_t classes = size_t(p.labels);
  const int64_t resamples = metrics::affordable_resamples(std::ssize(p.ids) * p.labels);
  if (resamples == 0 || p.ids.empty()) return {};
  const metrics::Groups groups = groups_of(p, data);
  const metrics::BootstrapOptions options{.resamples = resamples};
  const metrics::RankingReplicates r =
      metrics::ranking_replicates(p.probabilities, label_matrix(p), p.labels, groups, options);
  MetricIntervals out;
  out.resamples = resamples;
  out.groups = groups.count;
  out.patients = data.has_patients();
  for (int64_t c = 0; c < p.labels; ++c) {
    out.ap.push_back(metrics::ap_interval(r, c));
    out.auroc.push_back(metrics::auroc_interval(r, c));
  }
  out.positive_groups = r.positive_groups;
  out.negative_groups = r.negative_groups;
  out.mean_ap = metrics::mean_ap_interval(r);
  out.mean_auroc = metrics::mean_auroc_interval(r);
  out.accuracy = out.balanced_accuracy = {NAN, NAN};
  if (p.class_index.empty()) return out;
  std::vector<uint8_t> right;
  for (size_t i = 0; i < p.ids.size(); ++i) {
    const auto row = p.probabilities.begin() + ptrdiff_t(i * classes);
    right.push_back(std::max_element(row, row + ptrdiff_t(classes)) - row == p.class_index[i]);
  }
  out.accuracy = metrics::share_interval(right, groups, options);
  out.balanced_accuracy = metrics::mean_share_interval(right, p.class_index, p.labels, groups, options);
  return out;
}

}  // namespace skew
