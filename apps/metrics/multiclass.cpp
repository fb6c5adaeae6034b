// The single-label bundle and its parts.
#include "apps/metrics/multiclass.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "apps/metrics/class_means.h"
#include "apps/metrics/labelled_scores.h"
#include "apps/metrics/probability_error.h"
#include "apps/metrics/ranking.h"
#include "core/error.h"

namespace skew::metrics {
namespace {

using Row = std::span<const double>;
using Targets = std::span<const int64_t>;

void check(Row scores, Targets targets, int64_t classes) {
  if (classes < 1 || scores.size() != targets.size() * size_t(classes))
    throw ValueError(text("metrics: ", scores.size(), " scores but ", targets.size(), " targets of ", classes,
                          " classes; expected samples x classes scores"));
  if (targets.empty()) throw ValueError("metrics: no samples; the split is empty");
  for (size_t i = 0; i < scores.size(); ++i) check_finite(scores, i);
  for (size_t i = 0; i < targets.size(); ++i)
    if (targets[i] < 0 || targets[i] >= classes)
      throw ValueError(text("metrics: target ", i, " is ", targets[i], "; expected a class in 0 … ", classes - 1));
  check_probabilities(scores);
}

Row row(Row scores, size_t sample, int64_t classes) {
  return scores.subspan(sample * size_t(classes), size_t(classes));
}

int64_t first_largest(Row row) { return std::max_element(row.begin(), row.end()) - row.begin(); }

double share_or_zero(int64_t part, int64_t whole) { return whole == 0 ? 0.0 : double(part) / double(whole); }

void add_per_class(MulticlassMetrics& m, std::span<const int64_t> predicted, Row scores, Targets targets) {
  const int64_t classes = std::ssize(predicted);
  int64_t all_hits = 0;
  std::vector<double> recalls;  // of the classes that occur
  for (int64_t c = 0; c < classes; ++c) {
    const int64_t hits = m.confusion[size_t(c * classes + c)], support = m.support[size_t(c)],
                  called = predicted[size_t(c)];
    all_hits += hits;
    m.precision.push_back(share_or_zero(hits, called));
    m.recall.push_back(share_or_zero(hits, support));
    m.f1.push_back(share_or_zero(2 * hits, support + called));
    if (support > 0) recalls.push_back(m.recall.back());
    const RankingTable table = ranking_table(column(scores, classes, c), one_against_rest(targets, c));
    m.ap.push_back(average_precision(table));
    m.auroc.push_back(auroc(table));
  }
  m.accuracy = share_or_zero(all_hits, std::ssize(targets));
  m.balanced_accuracy = macro_mean(recalls).value;
  m.f1_weighted = weighted_mean(m.f1, m.support);
  m.medmnist_auc = std::accumulate(m.auroc.begin(), m.auroc.end(), 0.0) / double(classes);
}

enum class KappaCost { miss, squared_distance };
double kappa(const MulticlassMetrics& m, std::span<const int64_t> predicted, int64_t samples, KappaCost cost_of) {
  const int64_t classes = std::ssize(predicted);
  double observed = 0, expected = 0;  // disagreement; expected times the number of samples
  for (int64_t i = 0; i < classes; ++i)
    for (int64_t j = 0; j < classes; ++j) {
      const double cost = cost_of == KappaCost::squared_distance ? double((i - j) * (i - j)) : double(i != j);
      observed += cost * double(m.confusion[size_t(i * classes + j)]);
      expected += cost * double(m.support[size_t(i)]) * double(predicted[size_t(j)]);
    }
  return expected == 0 ? NAN : 1 - observed * double(samples) / expected;
}

void add_probabilistic(MulticlassMetrics& m, Row scores, Targets targets, int64_t classes) {
  std::vector<double> confidence, hit;
  double log_sum = 0, squared = 0, among_three = 0;
  for (size_t i = 0; i < targets.size(); ++i) {
    const Row p = row(scores, i, classes);
    const int64_t prediction = first_largest(p);
    confidence.push_back(p[size_t(prediction)]);
    hit.push_back(prediction == targets[i] ? 1 : 0);
    const double own = p[size_t(targets[i])];
    log_sum -= clipped_log(own);
    int64_t ahead = 0;
    for (int64_t c = 0; c < classes; ++c) {
      ahead += p[size_t(c)] > own || (p[size_t(c)] == own && c < targets[i]);
      const double gap = p[size_t(c)] - (c == targets[i] ? 1 : 0);
      squared += gap * gap;
    }
    among_three += ahead < 3;
  }
  m.log_loss = log_sum / double(targets.size());
  m.brier = squared / double(targets.size());
  m.top3_accuracy = among_three / double(targets.size());
  m.top1_calibration_error = calibration_error(confidence, hit);
}

}  // namespace

std::vector<double> one_against_rest(Targets targets, int64_t positive) {
  std::vector<double> binary;
  for (const int64_t target : targets) binary.push_back(target == positive ? 1 : 0);
  return binary;
}

MulticlassMetrics multiclass_metrics(Row scores, Targets targets, int64_t classes) {
  check(scores, targets, classes);
  MulticlassMetrics m;
  m.confusion.resize(size_t(classes * classes));
  m.support.resize(size_t(classes));
  std::vector<int64_t> predicted(static_cast<size_t>(classes));
  for (size_t i = 0; i < targets.size(); ++i) {
    const int64_t truth = targets[i], prediction = first_largest(row(scores, i, classes));
    ++m.confusion[size_t(truth * classes + prediction)];
    ++m.support[size_t(truth)];
    ++predicted[size_t(prediction)];
  }
  add_per_class(m, predicted, scores, targets);
  m.kappa = kappa(m, predicted, std::ssize(targets), KappaCost::miss);
  m.kappa_quadratic = kappa(m, predicted, std::ssize(targets), KappaCost::squared_distance);
  add_probabilistic(m, scores, targets, classes);
  return m;
}

}  // namespace skew::metrics
