// The single-label bundle and its parts.
#include "apps/metrics/multiclass.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "apps/metrics/labelled_scores.h"
#include "apps/metrics/probability_error.h"
#include "core/error.h"

namespace skew::metrics {
namespace {

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

using Row = std::span<const double>;

void check(Row scores, std::span<const int64_t> targets, int64_t classes) {
  if (classes < 1 || scores.size() != targets.size() * static_cast<size_t>(classes)) {
    throw ValueError(text("metrics: ", scores.size(), " scores but ", targets.size(), " targets of ", classes,
                          " classes; expected samples x classes scores"));
  }
  if (targets.empty()) throw ValueError("metrics: no samples; the split is empty");
  for (size_t i = 0; i < scores.size(); ++i) {
    if (!std::isfinite(scores[i])) {
      throw ValueError(
          text("metrics: score ", i, " is ", scores[i], "; scores must be finite (did training diverge?)"));
    }
  }
  for (size_t i = 0; i < targets.size(); ++i) {
    if (targets[i] < 0 || targets[i] >= classes) {
      throw ValueError(text("metrics: target ", i, " is ", targets[i], "; expected a class in 0 … ", classes - 1));
    }
  }
}

Row row(Row scores, size_t sample, int64_t classes) {
  return scores.subspan(sample * static_cast<size_t>(classes), static_cast<size_t>(classes));
}

int64_t first_largest(Row row) { return std::max_element(row.begin(), row.end()) - row.begin(); }

double ratio(int64_t part, int64_t whole) {
  return whole == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(whole);
}

std::vector<double> one_against_rest(std::span<const int64_t> targets, int64_t positive) {
  std::vector<double> binary;
  binary.reserve(targets.size());
  for (const int64_t target : targets) binary.push_back(target == positive ? 1 : 0);
  return binary;
}

void add_per_class(MulticlassMetrics& m, Row scores, std::span<const int64_t> targets, int64_t classes) {
  for (int64_t c = 0; c < classes; ++c) {
    const int64_t hits = m.confusion.at(c, c), support = m.confusion.support(c), predicted = m.confusion.predicted(c);
    m.support.push_back(support);
    m.precision.push_back(ratio(hits, predicted));
    m.recall.push_back(ratio(hits, support));
    m.f1.push_back(ratio(2 * hits, support + predicted));
    const RankingTable table = ranking_table(column(scores, classes, c), one_against_rest(targets, c));
    m.ap.push_back(average_precision(table));
    m.auroc.push_back(auroc(table));
  }
  m.f1_macro = macro_mean(m.f1).value;
  m.f1_weighted = weighted_mean(m.f1, m.support);
  m.f1_micro = m.accuracy;
  m.ap_macro = macro_mean(m.ap);
  m.auroc_macro = macro_mean(m.auroc);
}

void add_probabilistic(MulticlassMetrics& m, Row scores, std::span<const int64_t> targets, int64_t classes) {
  std::vector<double> confidence, hit;
  double log_sum = 0, squared = 0;
  for (size_t i = 0; i < targets.size(); ++i) {
    const Row p = row(scores, i, classes);
    const int64_t prediction = first_largest(p);
    confidence.push_back(p[static_cast<size_t>(prediction)]);
    hit.push_back(prediction == targets[i] ? 1 : 0);
    log_sum -= clipped_log(p[static_cast<size_t>(targets[i])]);
    for (int64_t c = 0; c < classes; ++c) {
      const double gap = p[static_cast<size_t>(c)] - (c == targets[i] ? 1 : 0);
      squared += gap * gap;
    }
  }
  m.log_loss = log_sum / static_cast<double>(targets.size());
  m.brier = squared / static_cast<double>(targets.size());
  m.top1_calibration_error = calibration_error(confidence, hit);
}

}  // namespace

int64_t ConfusionMatrix::total() const {
  int64_t sum = 0;
  for (const int64_t n : counts) sum += n;
  return sum;
}

int64_t ConfusionMatrix::support(int64_t truth) const {
  int64_t sum = 0;
  for (int64_t c = 0; c < classes; ++c) sum += at(truth, c);
  return sum;
}

int64_t ConfusionMatrix::predicted(int64_t prediction) const {
  int64_t sum = 0;
  for (int64_t c = 0; c < classes; ++c) sum += at(c, prediction);
  return sum;
}

ConfusionMatrix confusion_matrix(Row scores, std::span<const int64_t> targets, int64_t classes) {
  check(scores, targets, classes);
  ConfusionMatrix confusion{classes, std::vector<int64_t>(static_cast<size_t>(classes * classes))};
  for (size_t i = 0; i < targets.size(); ++i) {
    confusion.counts[static_cast<size_t>(targets[i] * classes + first_largest(row(scores, i, classes)))] += 1;
  }
  return confusion;
}

double accuracy(const ConfusionMatrix& confusion) {
  int64_t hits = 0;
  for (int64_t c = 0; c < confusion.classes; ++c) hits += confusion.at(c, c);
  return ratio(hits, confusion.total());
}

double balanced_accuracy(const ConfusionMatrix& confusion) {
  std::vector<double> recalls;
  for (int64_t c = 0; c < confusion.classes; ++c) {
    if (confusion.support(c) > 0) recalls.push_back(ratio(confusion.at(c, c), confusion.support(c)));
  }
  return macro_mean(recalls).value;
}

double kappa(const ConfusionMatrix& confusion, KappaWeights weights) {
  std::vector<double> truths, predictions;
  for (int64_t c = 0; c < confusion.classes; ++c) {
    truths.push_back(static_cast<double>(confusion.support(c)));
    predictions.push_back(static_cast<double>(confusion.predicted(c)));
  }
  double observed = 0, expected = 0;  // disagreement; expected times the number of samples
  for (int64_t i = 0; i < confusion.classes; ++i) {
    for (int64_t j = 0; j < confusion.classes; ++j) {
      const auto distance = static_cast<double>(i - j);
      const double cost = weights == KappaWeights::quadratic ? distance * distance : (i == j ? 0 : 1);
      observed += cost * static_cast<double>(confusion.at(i, j));
      expected += cost * truths[static_cast<size_t>(i)] * predictions[static_cast<size_t>(j)];
    }
  }
  if (expected == 0) return undefined;
  return 1 - observed * static_cast<double>(confusion.total()) / expected;
}

double top_k_accuracy(Row scores, std::span<const int64_t> targets, int64_t classes, int64_t k) {
  check(scores, targets, classes);
  if (k < 1) throw ValueError(text("metrics: top-", k, " accuracy; expected k >= 1"));
  int64_t hits = 0;
  for (size_t i = 0; i < targets.size(); ++i) {
    const Row p = row(scores, i, classes);
    const double own = p[static_cast<size_t>(targets[i])];
    int64_t ahead = 0;
    for (int64_t c = 0; c < classes; ++c) {
      const double other = p[static_cast<size_t>(c)];
      ahead += other > own || (other == own && c < targets[i]);
    }
    hits += ahead < k;
  }
  return ratio(hits, std::ssize(targets));
}

MulticlassMetrics multiclass_metrics(Row scores, std::span<const int64_t> targets, int64_t classes) {
  check(scores, targets, classes);
  for (size_t i = 0; i < scores.size(); ++i) {
    if (scores[i] < 0 || scores[i] > 1) {
      throw ValueError(
          text("metrics: score ", i, " is ", scores[i], "; expected a probability in [0, 1], not a logit"));
    }
  }
  MulticlassMetrics m;
  m.confusion = confusion_matrix(scores, targets, classes);
  m.accuracy = accuracy(m.confusion);
  m.balanced_accuracy = balanced_accuracy(m.confusion);
  m.kappa = kappa(m.confusion);
  m.kappa_quadratic = kappa(m.confusion, KappaWeights::quadratic);
  m.top3_accuracy = top_k_accuracy(scores, targets, classes, 3);
  add_per_class(m, scores, targets, classes);
  add_probabilistic(m, scores, targets, classes);
  return m;
}

MedmnistScore medmnist_multiclass(Row scores, std::span<const int64_t> targets, int64_t classes) {
  const ConfusionMatrix confusion = confusion_matrix(scores, targets, classes);
  double auc = 0;
  for (int64_t c = 0; c < classes; ++c) auc += auroc(column(scores, classes, c), one_against_rest(targets, c));
  return {auc / static_cast<double>(classes), accuracy(confusion)};
}

}  // namespace skew::metrics
