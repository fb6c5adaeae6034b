// An order of the scores is made once for each class; a resample is then one pass of counting with weights.
#include "apps/metrics/bootstrap.h"

#include <algorithm>
#include <cmath>
#include <random>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "apps/metrics/labelled_scores.h"
#include "apps/metrics/significance.h"
#include "core/error.h"

namespace skew::metrics {
namespace {

// The known images of a class from the highest score down.
struct Ranking {
  std::vector<int64_t> group;        // of each image
  std::vector<uint8_t> positive;     // of each image
  std::vector<uint8_t> last_of_tie;  // the next image has a lower score
};

Ranking ranking_of(std::span<const double> scores, std::span<const double> targets, const Groups& groups) {
  known(scores, targets);  // checks
  std::vector<size_t> order;
  for (size_t i = 0; i < scores.size(); ++i)
    if (!std::isnan(targets[i])) order.push_back(i);
  std::ranges::stable_sort(order, std::ranges::greater(), [&](size_t i) { return scores[i]; });
  Ranking r;
  for (size_t k = 0; k < order.size(); ++k) {
    r.group.push_back(groups.of_image[order[k]]);
    r.positive.push_back(targets[order[k]] == 1);
    r.last_of_tie.push_back(k + 1 == order.size() || scores[order[k + 1]] < scores[order[k]]);
  }
  return r;
}

struct Value {
  double ap, auroc;
};

// ranking.h's AP and AUROC, with each image as often as its group is drawn.
Value weighted(const Ranking& r, std::span<const int32_t> times) {
  int64_t positives = 0, negatives = 0;
  for (size_t k = 0; k < r.group.size(); ++k) (r.positive[k] ? positives : negatives) += times[size_t(r.group[k])];
  if (positives == 0 || negatives == 0) return {NAN, NAN};
  double ap = 0, area = 0;
  int64_t above = 0, seen = 0, tied_positives = 0, tied = 0;  // `above`: positives above the tie
  for (size_t k = 0; k < r.group.size(); ++k) {
    const int32_t n = times[size_t(r.group[k])];
    tied += n;
    tied_positives += r.positive[k] ? n : 0;
    if (!r.last_of_tie[k] || tied == 0) continue;
    seen += tied;
    area += double(tied - tied_positives) * (double(above) + .5 * double(tied_positives));
    above += tied_positives;
    if (tied_positives > 0) ap += double(tied_positives) * double(above) / double(seen);
    tied = tied_positives = 0;
  }
  return {ap / double(positives), area / (double(positives) * double(negatives))};
}

double logit(double p) { return std::log(p / (1 - p)); }
double logistic(double x) { return 1 / (1 + std::exp(-x)); }

// Student's t for `units` things; resampling n things shows a deviation too small by √((n−1)/n).
double widening(double coverage, int64_t units) {
  if (units < 2) return NAN;
  return student_t_quantile(coverage, units - 1) * std::sqrt(double(units) / double(units - 1));
}

struct Spread {
  double mean, deviation;
};
Spread spread_of(std::span<const double> values) {
  double mean = 0, squares = 0;
  int64_t n = 0;
  for (const double v : values)
    if (!std::isnan(v)) mean += (v - mean) / double(++n);
  for (const double v : values)
    if (!std::isnan(v)) squares += (v - mean) * (v - mean);
  return {mean, n < 2 ? NAN : std::sqrt(squares / double(n - 1))};
}

// A value of `steps` equal steps from 0 to 1 is kept off both ends by half a step. What the resamples lie above the
// value, it is thought to lie above the truth. A faultless set resamples without a fault: there the bound is the value
// under which `units` things would all be right with half of 1 − coverage.
Interval logit_interval(double value, std::span<const double> resampled, double steps, int64_t units, double coverage,
                        double hidden_variance = 0) {
  if (std::isnan(value) || units < 2) return {NAN, NAN};
  const auto inside = [&](double p) { return (p * steps + .5) / (steps + 1); };
  std::vector<double> logits;
  for (const double p : resampled) logits.push_back(std::isnan(p) ? NAN : logit(inside(p)));
  const Spread spread = spread_of(logits);
  const double faultless = std::pow((1 - coverage) / 2, 1 / double(units));
  const bool constant = !(spread.deviation > 0);
  if (value == 1 && constant) return {faultless, 1};
  if (value == 0 && constant) return {0, 1 - faultless};
  const double slope = 1 / (inside(value) * (1 - inside(value)));  // of the logit
  const double deviation = std::hypot(spread.deviation, slope * std::sqrt(hidden_variance));
  const double middle = 2 * logit(inside(value)) - spread.mean, half = widening(coverage, units) * deviation;
  return {std::min(value, logistic(middle - half)), std::max(value, logistic(middle + half))};
}

Difference difference(double a, double b, std::vector<double> resampled, int64_t units, double coverage) {
  const double half = widening(coverage, units) * spread_of(resampled).deviation;
  return {a - b, {std::max(-1.0, a - b - half), std::min(1.0, a - b + half)}};
}

int64_t rarer(const RankingReplicates& r, size_t c) { return std::min(r.positive_groups[c], r.negative_groups[c]); }

std::span<const double> of_class(const RankingReplicates& r, const std::vector<double>& all, int64_t c) {
  return std::span(all).subspan(size_t(c * r.resamples), size_t(r.resamples));
}

// The mean over classes in each resample, and in the whole set. Its degrees of freedom are Welch's and Satterthwaite's:
// mostly those of the classes that vary most, the rare ones.
struct Means {
  double value = NAN;
  std::vector<double> resampled;
  int64_t steps = 1, units = 0;
  double hidden_variance = 0;  // of classes that are faultless, or wrong throughout, in every resample
};
// values, units: (C); resampled: (C, resamples). Units are groups of a class's rarer kind.
Means means_of(std::span<const double> values, std::span<const double> resampled, std::span<const int64_t> units) {
  Means m;
  const size_t resamples = resampled.size() / values.size();
  m.resampled.assign(resamples, 0);
  double sum = 0, variances = 0, parts = 0;
  int64_t defined = 0;
  for (size_t c = 0; c < values.size(); ++c) {
    if (std::isnan(values[c])) continue;
    sum += values[c];
    ++defined;
    m.steps += units[c];
    const auto drawn = resampled.subspan(c * resamples, resamples);
    const double deviation = spread_of(drawn).deviation;
    double variance = std::isnan(deviation) ? 0 : deviation * deviation;
    if (variance == 0 && units[c] > 0) {
      const double n = double(units[c]), p = (values[c] * n + .5) / (n + 1);
      variance = p * (1 - p) / n;
      m.hidden_variance += variance;
    }
    variances += variance;
    parts += variance * variance / double(std::max<int64_t>(1, units[c] - 1));
    for (size_t b = 0; b < resamples; ++b) m.resampled[b] += std::isnan(drawn[b]) ? values[c] : drawn[b];
  }
  if (defined == 0) return m;
  m.value = sum / double(defined);
  m.hidden_variance /= double(defined * defined);
  m.units = parts > 0 ? int64_t(variances * variances / parts) + 1 : m.steps;
  for (double& v : m.resampled) v /= double(defined);
  return m;
}

std::vector<int64_t> rarer_kinds(const RankingReplicates& r) {
  std::vector<int64_t> out;
  for (size_t c = 0; c < r.positive_groups.size(); ++c) out.push_back(rarer(r, c));
  return out;
}
Means mean_ap_of(const RankingReplicates& r) { return means_of(r.ap, r.resampled_ap, rarer_kinds(r)); }
Means mean_auroc_of(const RankingReplicates& r) { return means_of(r.auroc, r.resampled_auroc, rarer_kinds(r)); }

Interval mean_interval_of(const Means& m, double coverage) {
  return logit_interval(m.value, m.resampled, double(m.steps), m.units, coverage, m.hidden_variance);
}

std::vector<double> minus(std::span<const double> a, std::span<const double> b) {
  std::vector<double> out;
  for (size_t i = 0; i < a.size(); ++i) out.push_back(a[i] - b[i]);
  return out;
}

void check_pair(const RankingReplicates& a, const RankingReplicates& b) {
  if (a.classes != b.classes || a.resamples != b.resamples || a.positives != b.positives || a.negatives != b.negatives)
    throw ValueError("bootstrap: a difference needs the same images, classes and resamples on both sides");
}

}  // namespace

Groups groups_of(std::span<const std::string> names) {
  Groups groups;
  std::unordered_map<std::string, int64_t> known_names;
  for (const std::string& name : names) {
    const auto [at, fresh] =
        name.empty() ? std::pair{known_names.end(), true} : known_names.try_emplace(name, groups.count);
    groups.of_image.push_back(fresh ? groups.count++ : at->second);
  }
  return groups;
}

int64_t affordable_resamples(int64_t values) {
  constexpr int64_t readings = 400'000'000;
  const int64_t count = readings / std::max<int64_t>(1, values);
  return count < 25 ? 0 : std::clamp<int64_t>(count, 100, 1000);
}

void resample(int64_t groups, const BootstrapOptions& options,
              const std::function<void(std::span<const int32_t> times)>& look) {
  std::mt19937_64 random(options.seed);
  std::vector<int32_t> times(static_cast<size_t>(groups));
  for (int64_t b = 0; b < options.resamples; ++b) {
    std::ranges::fill(times, 0);
    for (int64_t g = 0; g < groups; ++g)  // the high half of a product: uniform to 2⁻⁶⁴, and the same everywhere
      ++times[size_t((static_cast<unsigned __int128>(random()) * uint64_t(groups)) >> 64)];
    look(times);
  }
}

RankingReplicates ranking_replicates(std::span<const double> scores, std::span<const double> targets, int64_t classes,
                                     const Groups& groups, const BootstrapOptions& options) {
  if (classes < 1 || scores.size() != targets.size() || groups.of_image.size() * size_t(classes) != scores.size())
    throw ValueError(text("bootstrap: ", scores.size(), " scores, ", targets.size(), " targets and ",
                          groups.of_image.size(), " images of ", classes, " classes"));
  RankingReplicates r;
  r.classes = classes;
  r.resamples = options.resamples;
  std::vector<Ranking> rankings;
  const std::vector<int32_t> once(size_t(groups.count), 1);
  for (int64_t c = 0; c < classes; ++c) {
    rankings.push_back(ranking_of(column(scores, classes, c), column(targets, classes, c), groups));
    const Ranking& ranking = rankings.back();
    const Value whole = weighted(ranking, once);
    r.ap.push_back(whole.ap);
    r.auroc.push_back(whole.auroc);
    std::vector<uint8_t> seen(size_t(groups.count), 0);
    int64_t images[2] = {}, of_groups[2] = {};
    for (size_t k = 0; k < ranking.group.size(); ++k) {
      const uint8_t kind = ranking.positive[k], bit = uint8_t(1 << kind);
      ++images[kind];
      uint8_t& met = seen[size_t(ranking.group[k])];
      if (!(met & bit)) ++of_groups[kind];
      met |= bit;
    }
    r.negatives.push_back(images[0]);
    r.positives.push_back(images[1]);
    r.negative_groups.push_back(of_groups[0]);
    r.positive_groups.push_back(of_groups[1]);
  }
  r.resampled_ap.resize(size_t(classes * options.resamples));
  r.resampled_auroc.resize(r.resampled_ap.size());
  int64_t b = 0;
  resample(groups.count, options, [&](std::span<const int32_t> times) {
    for (int64_t c = 0; c < classes; ++c) {
      const Value value = weighted(rankings[size_t(c)], times);
      r.resampled_ap[size_t(c * options.resamples + b)] = value.ap;
      r.resampled_auroc[size_t(c * options.resamples + b)] = value.auroc;
    }
    ++b;
  });
  return r;
}

Interval ap_interval(const RankingReplicates& r, int64_t c, double coverage) {
  return logit_interval(r.ap.at(size_t(c)), of_class(r, r.resampled_ap, c), double(r.positives[size_t(c)]),
                        rarer(r, size_t(c)), coverage);
}
Interval auroc_interval(const RankingReplicates& r, int64_t c, double coverage) {
  const double pairs = double(r.positives.at(size_t(c))) * double(r.negatives[size_t(c)]);
  return logit_interval(r.auroc[size_t(c)], of_class(r, r.resampled_auroc, c), pairs, rarer(r, size_t(c)), coverage);
}
Interval mean_ap_interval(const RankingReplicates& r, double coverage) {
  return mean_interval_of(mean_ap_of(r), coverage);
}
Interval mean_auroc_interval(const RankingReplicates& r, double coverage) {
  return mean_interval_of(mean_auroc_of(r), coverage);
}

Difference ap_difference(const RankingReplicates& a, const RankingReplicates& b, int64_t c, double coverage) {
  check_pair(a, b);
  return difference(a.ap.at(size_t(c)), b.ap[size_t(c)],
                    minus(of_class(a, a.resampled_ap, c), of_class(b, b.resampled_ap, c)), rarer(a, size_t(c)),
                    coverage);
}
Difference auroc_difference(const RankingReplicates& a, const RankingReplicates& b, int64_t c, double coverage) {
  check_pair(a, b);
  return difference(a.auroc.at(size_t(c)), b.auroc[size_t(c)],
                    minus(of_class(a, a.resampled_auroc, c), of_class(b, b.resampled_auroc, c)), rarer(a, size_t(c)),
                    coverage);
}
Difference mean_ap_difference(const RankingReplicates& a, const RankingReplicates& b, double coverage) {
  check_pair(a, b);
  const Means ma = mean_ap_of(a), mb = mean_ap_of(b);
  return difference(ma.value, mb.value, minus(ma.resampled, mb.resampled), ma.units, coverage);
}
Difference mean_auroc_difference(const RankingReplicates& a, const RankingReplicates& b, double coverage) {
  check_pair(a, b);
  const Means ma = mean_auroc_of(a), mb = mean_auroc_of(b);
  return difference(ma.value, mb.value, minus(ma.resampled, mb.resampled), ma.units, coverage);
}

Interval share_interval(std::span<const uint8_t> right, const Groups& groups, const BootstrapOptions& options) {
  return mean_share_interval(right, std::vector<int64_t>(right.size(), 0), 1, groups, options);
}

Interval mean_share_interval(std::span<const uint8_t> right, std::span<const int64_t> of_class, int64_t classes,
                             const Groups& groups, const BootstrapOptions& options) {
  if (right.size() != groups.of_image.size() || right.size() != of_class.size())
    throw ValueError(text("bootstrap: ", right.size(), " images, ", of_class.size(), " classes of them and ",
                          groups.of_image.size(), " groups"));
  const size_t count = size_t(classes), draws = size_t(options.resamples);
  const auto shares = [&](std::span<const int32_t> times) {
    std::vector<int64_t> hits(count), all(count);
    for (size_t i = 0; i < right.size(); ++i) {
      const int32_t n = times[size_t(groups.of_image[i])];
      hits[size_t(of_class[i])] += n * right[i];
      all[size_t(of_class[i])] += n;
    }
    std::vector<double> out;
    for (size_t c = 0; c < count; ++c) out.push_back(all[c] ? double(hits[c]) / double(all[c]) : NAN);
    return out;
  };
  std::vector<std::unordered_set<int64_t>> met(count);
  for (size_t i = 0; i < right.size(); ++i) met.at(size_t(of_class[i])).insert(groups.of_image[i]);
  std::vector<int64_t> units;
  for (const auto& of_groups : met) units.push_back(std::ssize(of_groups));
  std::vector<double> resampled(count * draws);
  size_t b = 0;
  resample(groups.count, options, [&](std::span<const int32_t> times) {
    const std::vector<double> drawn = shares(times);
    for (size_t c = 0; c < count; ++c) resampled[c * draws + b] = drawn[c];
    ++b;
  });
  const std::vector<int32_t> once(size_t(groups.count), 1);
  return mean_interval_of(means_of(shares(once), resampled, units), options.coverage);
}

}  // namespace skew::metrics
