// Average precision, AUROC and the curves, from integer counts at the distinct scores.
#include "apps/metrics/ranking.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "apps/metrics/labelled_scores.h"

namespace skew::metrics {
namespace {

double share_or_nan(int64_t part, int64_t whole) { return whole == 0 ? NAN : double(part) / double(whole); }

}  // namespace

RankingTable ranking_table(std::span<const double> scores, std::span<const double> targets) {
  const LabelledScores pairs = known(scores, targets);
  std::vector<size_t> order(pairs.scores.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) { return pairs.scores[a] > pairs.scores[b]; });
  RankingTable table;
  table.positives = pairs.positives;
  table.negatives = pairs.negatives();
  int64_t tp = 0, fp = 0;
  for (size_t i = 0; i < order.size(); ++i) {
    (pairs.positive[order[i]] ? tp : fp) += 1;
    const double score = pairs.scores[order[i]];
    if (i + 1 < order.size() && pairs.scores[order[i + 1]] == score) continue;  // a tie is one step
    table.thresholds.push_back(score);
    table.true_positives.push_back(tp);
    table.false_positives.push_back(fp);
  }
  return table;
}

double average_precision(const RankingTable& table) {
  if (table.positives == 0) return NAN;
  double sum = 0;
  int64_t before = 0;
  for (size_t k = 0; k < table.thresholds.size(); ++k) {
    const int64_t tp = table.true_positives[k];
    sum += double(tp - before) * share_or_nan(tp, tp + table.false_positives[k]);
    before = tp;
  }
  return sum / double(table.positives);
}

double auroc(const RankingTable& table) {
  if (table.positives == 0 || table.negatives == 0) return NAN;
  double twice_area = 0;  // of trapezoids over counts: whole numbers, exact below 2^53
  int64_t tp = 0, fp = 0;
  for (size_t k = 0; k < table.thresholds.size(); ++k) {
    twice_area += double(table.false_positives[k] - fp) * double(table.true_positives[k] + tp);
    tp = table.true_positives[k];
    fp = table.false_positives[k];
  }
  return twice_area / (2 * double(table.positives) * double(table.negatives));
}

PrCurve pr_curve(const RankingTable& table) {
  PrCurve curve;
  for (size_t k = table.thresholds.size(); k-- > 0;) {
    const int64_t tp = table.true_positives[k];
    curve.precision.push_back(share_or_nan(tp, tp + table.false_positives[k]));
    curve.recall.push_back(table.positives == 0 ? 1.0 : share_or_nan(tp, table.positives));
    curve.thresholds.push_back(table.thresholds[k]);
  }
  curve.precision.push_back(1);
  curve.recall.push_back(0);
  return curve;
}

RocCurve roc_curve(const RankingTable& table, bool drop_collinear) {
  const auto& tp = table.true_positives;
  const auto& fp = table.false_positives;
  // A point stays if the steps before and after it differ; the origin is no point yet, as in scikit-learn.
  const auto corner = [&](size_t k) {
    return k == 0 || k + 1 == tp.size() || tp[k + 1] - tp[k] != tp[k] - tp[k - 1] ||
           fp[k + 1] - fp[k] != fp[k] - fp[k - 1];
  };
  RocCurve curve;
  curve.thresholds.push_back(std::numeric_limits<double>::infinity());
  curve.fpr.push_back(share_or_nan(0, table.negatives));
  curve.tpr.push_back(share_or_nan(0, table.positives));
  for (size_t k = 0; k < tp.size(); ++k) {
    if (drop_collinear && !corner(k)) continue;
    curve.fpr.push_back(share_or_nan(fp[k], table.negatives));
    curve.tpr.push_back(share_or_nan(tp[k], table.positives));
    curve.thresholds.push_back(table.thresholds[k]);
  }
  return curve;
}

}  // namespace skew::metrics
