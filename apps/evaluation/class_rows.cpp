// One list for all: a column that is added here is in both files.
#include "apps/evaluation/class_rows.h"

#include <algorithm>
#include <cmath>

namespace skew {
namespace {

// Shares of `counts` things; NaN of none.
std::vector<double> where(const std::vector<int64_t>& counts, std::vector<double> values) {
  for (size_t c = 0; c < values.size(); ++c)
    if (counts[c] == 0) values[c] = NAN;
  return values;
}

void add_intervals(const Evaluation& e, std::vector<ClassRow>& out) {
  if (!e.intervals) return;
  if (e.intervals->patients)
    out.push_back({"patients+ " + e.on.counts(),
                   {e.intervals->positive_groups.begin(), e.intervals->positive_groups.end()},
                   true});
  const auto add = [&](const std::string& name, const std::vector<metrics::Interval>& of_classes) {
    ClassRow low{name + " low", {}}, high{name + " high", {}};
    for (const metrics::Interval& interval : of_classes) {
      low.values.push_back(interval.low);
      high.values.push_back(interval.high);
    }
    out.push_back(std::move(low));
    out.push_back(std::move(high));
  };
  add("AP", e.intervals->ap);
  add("AUROC", e.intervals->auroc);
}

}  // namespace

std::vector<ClassRow> class_rows(const Evaluation& e, const ModelInfo& info,
                                 const std::vector<ClassThreshold>& thresholds) {
  const std::vector<double> train(info.train_counts.begin(), info.train_counts.end());
  if (e.single) {
    const auto& m = *e.single;
    std::vector<ClassRow> out = {{"n+ train", train, true},
                                 {"n+ " + e.on.counts(), {m.support.begin(), m.support.end()}, true},
                                 {"precision", where(predicted(m), m.precision)},
                                 {"recall", where(m.support, m.recall)},
                                 {"F1", e.class_f1},
                                 {"AP", e.class_ap},
                                 {"AUROC", m.auroc}};
    add_intervals(e, out);
    return out;
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
                               {"n+ " + e.on.counts(), {m.positives.begin(), m.positives.end()}, true},
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
    out.push_back({"Brier" + end, q.class_brier});
    out.push_back({"log loss" + end, q.class_log_loss});
    out.push_back({"F1 at 0.5" + end, q.class_f1});
  };
  add(e.scores, "");
  if (e.calibrated) add(*e.calibrated, " calibrated");
  add_intervals(e, out);
  return out;
}

std::vector<int64_t> predicted(const metrics::MulticlassMetrics& m) {
  std::vector<int64_t> out(m.support.size(), 0);
  for (size_t i = 0; i < m.confusion.size(); ++i) out[i % out.size()] += m.confusion[i];
  return out;
}

int64_t occurring(const metrics::MulticlassMetrics& m) {
  return std::ssize(m.support) - std::ranges::count(m.support, 0);
}

}  // namespace skew
