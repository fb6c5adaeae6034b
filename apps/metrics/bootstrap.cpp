// An order of the scores is made once for each class; a resample is then one pass of counting with weights.
#include "apps/metrics/bootstrap.h"

#include <algorithm>
#include <cmath>
#include <random>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "apps/metrics/labelled_scores.h"
#include "apps/metrics/resampled_interval.h"
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

int64_t rarer(const RankingReplicates& r, size_t c) { return std::min(r.positive_groups[c], r.negative_groups[c]); }

std::span<const double> of_class(const RankingReplicates& r, const std::vector<double>& all, int64_t c) {
  return std::span(all).subspan(size_t(c * r.resamples), size_t(r.resamples));
}

std::vector<int64_t> rarer_kinds(const RankingReplicates& r) {
  std::vector<int64_t> out;
  for (size_t c = 0; c < r.positive_groups.size(); ++c) out.push_back(rarer(r, c));
  return out;
}
std::vector<double> positives_of(const RankingReplicates& r) { return {r.positives.begin(), r.positives.end()}; }
std::vector<double> pairs_of(const RankingReplicates& r) {
  std::vector<double> out;
  for (size_t c = 0; c < r.positives.size(); ++c) out.push_back(double(r.positives[c]) * double(r.negatives[c]));
  return out;
}

Interval mean_interval_of(const ClassValues& of, int64_t groups, double coverage) {
  const MeanOverClasses m = mean_over_classes(of, groups);
  return logit_interval(m.value, m.resampled, m.steps, m.precision, coverage);
}
std::vector<double> minus(std::span<const double> a, std::span<const double> b) {
  std::vector<double> out;
  for (size_t i = 0; i < a.size(); ++i) out.push_back(a[i] - b[i]);
  return out;
}

// Of the mean of what `a` has more than `b` in each class.
Difference mean_difference_of(std::span<const double> a, std::span<const double> b, std::span<const double> a_resampled,
                              std::span<const double> b_resampled, const RankingReplicates& r, double coverage) {
  const std::vector<double> value = minus(a, b), resampled = minus(a_resampled, b_resampled);
  const MeanOverClasses m = mean_over_classes({value, resampled, rarer_kinds(r), pairs_of(r), false}, r.groups);
  return difference_of(m.value, m.resampled, m.precision, coverage);
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
  r.groups = groups.count;
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
                        precision_of(rarer(r, size_t(c))), coverage);
}
Interval auroc_interval(const RankingReplicates& r, int64_t c, double coverage) {
  const double pairs = double(r.positives.at(size_t(c))) * double(r.negatives[size_t(c)]);
  return logit_interval(r.auroc[size_t(c)], of_class(r, r.resampled_auroc, c), pairs, precision_of(rarer(r, size_t(c))),
                        coverage);
}
Interval mean_ap_interval(const RankingReplicates& r, double coverage) {
  return mean_interval_of({r.ap, r.resampled_ap, rarer_kinds(r), positives_of(r)}, r.groups, coverage);
}
Interval mean_auroc_interval(const RankingReplicates& r, double coverage) {
  return mean_interval_of({r.auroc, r.resampled_auroc, rarer_kinds(r), pairs_of(r)}, r.groups, coverage);
}

Difference ap_difference(const RankingReplicates& a, const RankingReplicates& b, int64_t c, double coverage) {
  check_pair(a, b);
  return difference_of(a.ap.at(size_t(c)) - b.ap[size_t(c)],
                       minus(of_class(a, a.resampled_ap, c), of_class(b, b.resampled_ap, c)),
                       precision_of(rarer(a, size_t(c))), coverage);
}
Difference auroc_difference(const RankingReplicates& a, const RankingReplicates& b, int64_t c, double coverage) {
  check_pair(a, b);
  return difference_of(a.auroc.at(size_t(c)) - b.auroc[size_t(c)],
                       minus(of_class(a, a.resampled_auroc, c), of_class(b, b.resampled_auroc, c)),
                       precision_of(rarer(a, size_t(c))), coverage);
}
Difference mean_ap_difference(const RankingReplicates& a, const RankingReplicates& b, double coverage) {
  check_pair(a, b);
  return mean_difference_of(a.ap, b.ap, a.resampled_ap, b.resampled_ap, a, coverage);
}
Difference mean_auroc_difference(const RankingReplicates& a, const RankingReplicates& b, double coverage) {
  check_pair(a, b);
  return mean_difference_of(a.auroc, b.auroc, a.resampled_auroc, b.resampled_auroc, a, coverage);
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
  const std::vector<double> value = shares(once), steps(units.begin(), units.end());
  return mean_interval_of({value, resampled, units, steps}, groups.count, options.coverage);
}

}  // namespace skew::metrics
