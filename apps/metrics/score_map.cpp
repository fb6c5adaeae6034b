// Platt scaling and isotonic regression.
#include "apps/metrics/score_map.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "apps/metrics/labelled_scores.h"
#include "apps/metrics/probability_error.h"
#include "core/error.h"
#include "core/math.h"

namespace skew::metrics {
namespace {

const std::vector<std::string> kind_names = {"identity", "proper", "platt", "pooled platt", "isotonic"};  // as MapKind

// Cross-entropy of σ(slope·x + intercept) with soft targets, its gradient and its second derivatives.
struct LogisticFit {
  double value = 0, by_slope = 0, by_intercept = 0, slope2 = 0, mixed = 0, intercept2 = 0;
};

LogisticFit logistic_fit(const std::vector<double>& x, const std::vector<double>& t, double slope, double intercept) {
  LogisticFit f;
  for (size_t i = 0; i < x.size(); ++i) {
    const double z = slope * x[i] + intercept, p = sigmoid(z), gap = p - t[i], w = p * sigmoid(-z);
    f.value += softplus(z) - t[i] * z;
    f.by_slope += gap * x[i];
    f.by_intercept += gap;
    f.slope2 += w * x[i] * x[i];
    f.mixed += w * x[i];
    f.intercept2 += w;
  }
  return f;
}

}  // namespace

double clipped_logit(double probability) { return clipped_log(probability) - clipped_log(1 - probability); }

std::string name(MapKind kind) { return kind_names[size_t(kind)]; }

MapKind map_kind(const std::string& name) {
  const auto found = std::ranges::find(kind_names, name);
  if (found == kind_names.end()) throw ValueError(unknown_word("map", name, kind_names));
  return MapKind(found - kind_names.begin());
}

double ScoreMap::operator()(double score) const {
  if (kind == MapKind::identity) return score;
  const double x = clipped_logit(score);
  if (from.empty()) return sigmoid(slope * x + intercept);
  const auto k = size_t(std::lower_bound(from.begin(), from.end(), x) - from.begin());
  if (k == 0) return sigmoid(to.front());
  if (k == from.size()) return sigmoid(to.back());
  const double part = (x - from[k - 1]) / (from[k] - from[k - 1]);
  return sigmoid(std::lerp(to[k - 1], to[k], part));  // never falls, unlike a + part·(b − a)
}

bool ScoreMap::sound() const {
  auto finite = [](const std::vector<double>& v) {
    return std::ranges::all_of(v, [](double x) { return std::isfinite(x); });
  };
  const bool points = kind == MapKind::proper || kind == MapKind::isotonic;
  return std::isfinite(slope) && std::isfinite(intercept) && slope >= 0 && finite(from) && finite(to) &&
         from.size() == to.size() && from.empty() != points && std::ranges::is_sorted(to) &&
         std::ranges::adjacent_find(from, std::ranges::greater_equal{}) == from.end();
}

ScoreMap fit_platt(std::span<const double> scores, std::span<const double> targets) {
  const LabelledScores pairs = known_probabilities(scores, targets);
  if (pairs.size() == 0) return {};
  const auto positives = double(pairs.positives), negatives = double(pairs.negatives());
  std::vector<double> x, t;
  for (size_t i = 0; i < pairs.scores.size(); ++i) {
    x.push_back(clipped_logit(pairs.scores[i]));
    t.push_back(pairs.positive[i] ? (positives + 1) / (positives + 2) : 1 / (negatives + 2));
  }
  double slope = 0, intercept = std::log((positives + 1) / (negatives + 1));
  LogisticFit f = logistic_fit(x, t, slope, intercept);
  const double enough = 1e-10 * double(x.size());
  for (int k = 0; k < 100 && std::abs(f.by_slope) + std::abs(f.by_intercept) > enough; ++k) {
    const double ridge = 1e-12 * (1 + f.slope2);  // equal scores leave the slope open
    const double a = f.slope2 + ridge, d = f.intercept2 + ridge, determinant = a * d - f.mixed * f.mixed;
    const double down = (d * f.by_slope - f.mixed * f.by_intercept) / determinant;
    const double aside = (a * f.by_intercept - f.mixed * f.by_slope) / determinant;
    LogisticFit next;
    double step = 1;
    do {
      next = logistic_fit(x, t, slope - step * down, intercept - step * aside);
      step /= 2;
    } while (!(next.value < f.value) && step > 1e-10);
    if (!(next.value < f.value)) break;  // as low as rounding allows
    slope -= 2 * step * down;
    intercept -= 2 * step * aside;
    f = next;
  }
  if (slope < 0) {
    const double rate = std::accumulate(t.begin(), t.end(), 0.0) / double(t.size());
    slope = 0;
    intercept = std::log(rate / (1 - rate));
  }
  return {.kind = MapKind::platt, .slope = slope, .intercept = intercept};
}

std::vector<IsotonicBlock> isotonic_blocks(std::span<const double> scores, std::span<const double> targets) {
  const LabelledScores pairs = known_probabilities(scores, targets);
  std::vector<size_t> order(pairs.scores.size());
  std::iota(order.begin(), order.end(), size_t(0));
  std::ranges::sort(order, {}, [&](size_t i) { return pairs.scores[i]; });
  std::vector<IsotonicBlock> blocks;
  for (size_t k = 0; k < order.size();) {
    const double score = pairs.scores[order[k]];
    IsotonicBlock last{score, score};
    for (; k < order.size() && pairs.scores[order[k]] == score; ++k) {
      last.positives += pairs.positive[order[k]];
      last.count += 1;
    }
    // Merged while the one before is as high; compared as integers, so that ties are exact.
    while (!blocks.empty() && blocks.back().positives * last.count >= last.positives * blocks.back().count) {
      last = {blocks.back().low, score, blocks.back().positives + last.positives, blocks.back().count + last.count};
      blocks.pop_back();
    }
    blocks.push_back(last);
  }
  return blocks;
}

ScoreMap fit_isotonic(std::span<const double> scores, std::span<const double> targets) {
  const std::vector<IsotonicBlock> blocks = isotonic_blocks(scores, targets);
  if (blocks.empty()) return {};
  double labels = 0;
  for (const IsotonicBlock& b : blocks) labels += b.count;
  ScoreMap map{.kind = MapKind::isotonic};
  auto add = [&](double score, double risk) {
    const double x = clipped_logit(score);
    if (map.from.empty() || x > map.from.back()) {
      map.from.push_back(x);
      map.to.push_back(clipped_logit(risk));
    }
  };
  for (const IsotonicBlock& b : blocks) {
    const double risk = std::clamp(b.rate(), 1 / (labels + 2), (labels + 1) / (labels + 2));
    add(b.low, risk);
    add(b.high, risk);
  }
  return map;
}

}  // namespace skew::metrics
