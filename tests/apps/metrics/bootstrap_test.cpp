// Intervals by resampling: the metrics they start from, and that 95 of 100 hold the truth.
#include "apps/metrics/bootstrap.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdlib>
#include <random>

#include "apps/metrics/labelled_scores.h"
#include "apps/metrics/ranking.h"
#include "core/error.h"

using namespace skew;
using namespace skew::metrics;

namespace {

Groups alone(size_t n) { return groups_of(std::vector<std::string>(n)); }

double normal_above(double x) { return .5 * std::erfc(x / std::sqrt(2)); }

// Scores of positives N(shift, 1), of negatives N(0, 1): what a test set without end would measure.
double true_auroc(double shift) { return normal_above(-shift / std::sqrt(2)); }
double true_ap(double shift, double prevalence) {
  double ap = 0, last = 0;
  for (int k = 0; k <= 200000; ++k) {
    const double threshold = 12 - 24 * k / 200000.0;
    const double recall = normal_above(threshold - shift), hits = prevalence * recall;
    const double precision = recall > 0 ? hits / (hits + (1 - prevalence) * normal_above(threshold)) : 1;
    ap += (recall - last) * precision;
    last = recall;
  }
  return ap;
}

struct World {
  size_t images;
  double prevalence, shift;
  size_t of_patient;  // images
};
struct Sample {
  std::vector<double> scores, others, targets;  // others: of a second model
  std::vector<std::string> patients;
};
// Images of a patient share a part of their scores, and mostly their label.
Sample draw(const World& w, double other_shift, std::mt19937_64& random) {
  std::normal_distribution<double> normal;
  std::uniform_real_distribution<double> uniform;
  Sample s;
  bool label = false;
  double shared = 0;
  for (size_t i = 0; i < w.images; ++i) {
    if (i % w.of_patient == 0) {
      label = uniform(random) < w.prevalence;
      shared = normal(random);
    }
    const bool own = w.of_patient > 1 && uniform(random) < .2;
    const double y = own ? uniform(random) < w.prevalence : label;
    const double common = w.of_patient > 1 ? shared * std::sqrt(.5) + normal(random) * std::sqrt(.5) : normal(random);
    s.targets.push_back(y);
    s.scores.push_back(w.shift * y + common);
    s.others.push_back(other_shift * y + std::sqrt(.7) * common + std::sqrt(.3) * normal(random));
    s.patients.push_back(w.of_patient > 1 ? std::to_string(i / w.of_patient) : "");
  }
  return s;
}

bool holds(const Interval& in, double value) { return in.low <= value && value <= in.high; }

}  // namespace

TEST_CASE("replicates begin with the metrics of the set, and repeat") {
  std::mt19937_64 random(3);
  const Sample s = draw({60, .3, 1, 3}, 1, random);
  std::vector<double> scores = s.scores, targets = s.targets;
  for (size_t i = 0; i < scores.size(); ++i) scores[i] = std::round(4 * scores[i]);  // ties
  targets[7] = NAN;
  const Groups groups = groups_of(s.patients);
  CHECK(groups.count == 20);
  const RankingReplicates r = ranking_replicates(scores, targets, 1, groups, {.resamples = 50});
  const RankingTable table = ranking_table(scores, targets);
  CHECK(r.ap[0] == Approx(average_precision(table)).epsilon(1e-13));
  CHECK(r.auroc[0] == Approx(auroc(table)).epsilon(1e-13));
  CHECK(r.positives[0] == table.positives);
  CHECK(ranking_replicates(scores, targets, 1, groups, {.resamples = 50}).resampled_ap == r.resampled_ap);
  CHECK(ranking_replicates(scores, targets, 1, groups, {.resamples = 50, .seed = 1}).resampled_ap != r.resampled_ap);

  int64_t b = 0;
  resample(groups.count, {.resamples = 3}, [&](std::span<const int32_t> times) {
    std::vector<double> again, labels;  // the images of the drawn groups, written out
    for (size_t i = 0; i < scores.size(); ++i)
      for (int32_t k = 0; k < times[size_t(groups.of_image[i])]; ++k) {
        again.push_back(scores[i]);
        labels.push_back(targets[i]);
      }
    const RankingTable drawn = ranking_table(again, labels);
    CHECK(r.resampled_ap[size_t(b)] == Approx(average_precision(drawn)).epsilon(1e-13));
    CHECK(r.resampled_auroc[size_t(b)] == Approx(auroc(drawn)).epsilon(1e-13));
    ++b;
  });
}

TEST_CASE("an interval widens with fewer positives and is undefined for one") {
  std::mt19937_64 random(4);
  double last = 0;
  for (const double prevalence : {.4, .1, .02}) {
    const Sample s = draw({1000, prevalence, 2, 1}, 1, random);
    const RankingReplicates r = ranking_replicates(s.scores, s.targets, 1, alone(1000));
    const Interval in = auroc_interval(r, 0);
    CHECK(holds(in, r.auroc[0]));
    CHECK(in.low >= 0);
    CHECK(in.high <= 1);
    CHECK(in.high - in.low > last);
    last = in.high - in.low;
  }
  const std::vector<double> scores{.1, .2, .3, .9}, one{0, 0, 0, 1}, none{0, 0, 0, 0}, perfect{0, 0, 1, 1};
  CHECK(std::isnan(ap_interval(ranking_replicates(scores, one, 1, alone(4)), 0).low));
  CHECK(std::isnan(auroc_interval(ranking_replicates(scores, none, 1, alone(4)), 0).low));
  const Interval all_right = auroc_interval(ranking_replicates(scores, perfect, 1, alone(4)), 0);
  CHECK(all_right.high == 1);
  CHECK(all_right.low < .5);  // two positives prove little
}

TEST_CASE("intervals hold the truth 95 times in 100") {
  const bool all = std::getenv("SKEW_LONG") != nullptr;
  std::vector<World> worlds = {{300, .1, 1.5, 1}};
  if (all) worlds.insert(worlds.end(), {{500, .03, 1.5, 1}, {1000, .25, 3, 1}, {400, .5, 1, 1}, {600, .1, 1.5, 4}});
  for (const World& w : worlds) {
    const double other_shift = .8 * w.shift;
    const double ap = true_ap(w.shift, w.prevalence), area = true_auroc(w.shift);
    const double ap_gain = ap - true_ap(other_shift, w.prevalence), area_gain = area - true_auroc(other_shift);
    std::mt19937_64 random(20);
    constexpr int repetitions = 1000;
    const BootstrapOptions options{.resamples = all ? 400 : 200};
    int held[4] = {}, measured = 0;
    for (int k = 0; k < repetitions; ++k) {
      const Sample s = draw(w, other_shift, random);
      const Groups groups = groups_of(s.patients);
      const RankingReplicates a = ranking_replicates(s.scores, s.targets, 1, groups, options),
                              b = ranking_replicates(s.others, s.targets, 1, groups, options);
      if (std::min(a.positive_groups[0], a.negative_groups[0]) < 2) continue;
      ++measured;
      held[0] += holds(ap_interval(a, 0), ap);
      held[1] += holds(auroc_interval(a, 0), area);
      held[2] += holds(ap_difference(a, b, 0).interval, ap_gain);
      held[3] += holds(auroc_difference(a, b, 0).interval, area_gain);
    }
    CAPTURE(w.images, w.prevalence, w.shift, w.of_patient, measured, held[0], held[1], held[2], held[3]);
    WARN(w.images << " images, " << w.prevalence << " positive, " << w.of_patient << " a patient: held AP " << held[0]
                  << ", AUROC " << held[1] << ", their differences " << held[2] << ", " << held[3] << " of "
                  << measured);
    for (const int n : held) CHECK(std::abs(double(n) / measured - .95) <= .02);
  }
}

TEST_CASE("intervals of means over classes and of accuracy hold the truth") {
  std::mt19937_64 random(9);
  const double shifts[] = {1, 1.5, 2}, prevalences[] = {.3, .1, .05};
  double mean_ap = 0, mean_area = 0;
  for (int c = 0; c < 3; ++c) {
    mean_ap += true_ap(shifts[c], prevalences[c]) / 3;
    mean_area += true_auroc(shifts[c]) / 3;
  }
  int held[3] = {};
  constexpr int repetitions = 1000;
  std::normal_distribution<double> normal;
  std::uniform_real_distribution<double> uniform;
  for (int k = 0; k < repetitions; ++k) {
    constexpr size_t n = 200;
    std::vector<double> scores, targets;
    std::vector<uint8_t> right;
    for (size_t i = 0; i < n; ++i) {
      for (int c = 0; c < 3; ++c) {
        const double y = uniform(random) < prevalences[c];
        targets.push_back(y);
        scores.push_back(shifts[c] * y + normal(random));
      }
      right.push_back(uniform(random) < .8);
    }
    const RankingReplicates r = ranking_replicates(scores, targets, 3, alone(n), {.resamples = 100});
    held[0] += holds(mean_ap_interval(r), mean_ap);
    held[1] += holds(mean_auroc_interval(r), mean_area);
    held[2] += holds(share_interval(right, alone(n), {.resamples = 100}), .8);
  }
  WARN("held mAP " << held[0] << ", mean AUROC " << held[1] << ", accuracy " << held[2] << " of " << repetitions);
  for (const int h : held) CHECK(std::abs(h / double(repetitions) - .95) <= .02);
}

namespace {

// Two models of equal quality on the same images, whole patients positive; as many of each class as `positive` says.
struct Pair {
  RankingReplicates first, second;
};
Pair equal_models(const std::vector<int>& positive, size_t patients, size_t images_of_each, double shift,
                  std::mt19937_64& random) {
  std::normal_distribution<double> normal;
  const size_t classes = positive.size(), n = patients * images_of_each;
  std::vector<double> first(n * classes), second(n * classes), targets(n * classes, 0);
  std::vector<std::string> names;
  for (size_t i = 0; i < n; ++i)
    names.push_back(images_of_each > 1 ? "patient " + std::to_string(i / images_of_each) : "");
  for (size_t c = 0; c < classes; ++c) {
    std::vector<size_t> order(patients);
    for (size_t p = 0; p < patients; ++p) order[p] = p;
    std::shuffle(order.begin(), order.end(), random);
    const double kept = images_of_each > 1 ? std::sqrt(.5) : 0, own = std::sqrt(1 - kept * kept);
    for (size_t place = 0; place < patients; ++place) {
      const double shared[] = {normal(random), normal(random), normal(random)};
      for (size_t k = 0; k < images_of_each; ++k) {
        const size_t at = (order[place] * images_of_each + k) * classes + c;
        targets[at] = place < size_t(positive[c]);
        double part[3];
        for (int j = 0; j < 3; ++j) part[j] = kept * shared[j] + own * normal(random);
        first[at] = shift * targets[at] + std::sqrt(.6) * part[0] + std::sqrt(.4) * part[1];
        second[at] = shift * targets[at] + std::sqrt(.6) * part[0] + std::sqrt(.4) * part[2];
      }
    }
  }
  const Groups groups = groups_of(names);
  const BootstrapOptions options{.resamples = 200};
  return {ranking_replicates(first, targets, int64_t(classes), groups, options),
          ranking_replicates(second, targets, int64_t(classes), groups, options)};
}

}  // namespace

TEST_CASE(
    "equal models are seldom called different, and their means hold the truth, with classes of one positive too") {
  struct Case {
    std::vector<int> positive;
    size_t patients, images_of_each;
    double shift;
  };
  std::vector<Case> cases = {{{1, 1, 1, 1, 2, 4, 10}, 60, 1, 1}, {{1, 5, 10, 30}, 300, 1, 2.5}, {{12}, 120, 1, 2.5}};
  if (std::getenv("SKEW_LONG"))
    cases.insert(cases.end(), {{{1, 1, 1, 1, 1, 1}, 60, 1, 1},
                               {{2, 2, 2, 3, 3}, 100, 1, 1},
                               {{1, 2, 3, 5, 10, 20}, 200, 1, 2.5},
                               {{1, 1, 2, 3, 8, 20}, 100, 3, 1},
                               {{1, 1, 1, 2, 2, 3, 4, 6, 9, 14, 20, 30, 50, 80}, 300, 1, 2.5},
                               {{20, 30, 40}, 200, 1, 2.5}});
  for (const Case& of : cases) {
    std::mt19937_64 random(5);
    constexpr int repetitions = 300;
    int different[2] = {}, held = 0;
    for (int k = 0; k < repetitions; ++k) {
      const Pair p = equal_models(of.positive, of.patients, of.images_of_each, of.shift, random);
      different[0] += !holds(mean_ap_difference(p.first, p.second).interval, 0);
      different[1] += !holds(mean_auroc_difference(p.first, p.second).interval, 0);
      held += holds(mean_auroc_interval(p.first), true_auroc(of.shift));
    }
    CAPTURE(of.positive, of.shift, different[0], different[1], held);
    WARN(of.positive.size() << " classes of " << of.patients << " patients: called different by AP " << different[0]
                            << ", by AUROC " << different[1] << "; mean AUROC held " << held << " of " << repetitions);
    const double by_chance = .05 * repetitions + 2 * std::sqrt(.05 * .95 * repetitions);
    for (const int d : different) CHECK(d <= by_chance);
    CHECK(repetitions - held <= by_chance);
  }
}

TEST_CASE("a difference has the same size whichever model is named first") {
  std::mt19937_64 random(6);
  for (const std::vector<int>& positive : {std::vector<int>{1, 1, 2, 4, 10}, {1, 12}, {3, 3, 3}}) {
    const Pair p = equal_models(positive, 40, 1, 1, random);
    for (const auto by : {mean_ap_difference, mean_auroc_difference}) {
      const Difference there = by(p.first, p.second, .95), back = by(p.second, p.first, .95);
      CHECK(there.value == Approx(-back.value));
      CHECK(there.interval.low == Approx(-back.interval.high));
      CHECK(there.interval.high == Approx(-back.interval.low));
    }
  }
}

TEST_CASE("what nothing is known of has no interval") {
  std::mt19937_64 random(7);
  const std::vector<double> scores{.1, .2, .9, .3, .3, .1, .8, .7}, targets{0, 1, 1, 1, 1, 0, 0, 0};  // two classes
  const RankingReplicates one = ranking_replicates(scores, targets, 2, groups_of(std::vector<std::string>(4, "T")));
  CHECK(one.auroc[0] != one.auroc[1]);
  CHECK(std::isnan(mean_auroc_interval(one).low));  // one patient: every resample is the set itself
  CHECK(std::isnan(mean_ap_difference(one, one).interval.low));
  CHECK(std::isnan(ap_difference(one, one, 0).interval.high));
  const Pair single = equal_models({1}, 40, 1, 1, random);  // one positive, no other class to learn from
  CHECK(std::isnan(mean_auroc_interval(single.first).low));
  CHECK(std::isnan(mean_auroc_difference(single.first, single.second).interval.low));
  CHECK(std::isnan(auroc_difference(single.first, single.second, 0).interval.high));
  const Pair none = equal_models({0}, 40, 1, 1, random);
  CHECK(std::isnan(mean_ap_difference(none.first, none.second).value));
  CHECK(std::isnan(mean_ap_difference(none.first, none.second).interval.low));
  const Pair pair = equal_models({5, 9}, 40, 1, 1, random);  // a model beside itself
  CHECK(mean_ap_difference(pair.first, pair.first).interval.low == 0);
  CHECK(mean_ap_difference(pair.first, pair.first).interval.high == 0);
}

TEST_CASE("a bootstrap of other shapes is refused") {
  const std::vector<double> s{.1, .2}, t{0, 1};
  CHECK_THROWS_AS(ranking_replicates(s, t, 1, alone(3)), ValueError);
  CHECK_THROWS_AS(share_interval(std::vector<uint8_t>{1}, alone(2)), ValueError);
  const RankingReplicates a = ranking_replicates(s, t, 1, alone(2)), b = ranking_replicates(s, t, 1, alone(2), {10});
  CHECK_THROWS_AS(ap_difference(a, b, 0), ValueError);
  CHECK(affordable_resamples(1000) == 1000);
  CHECK(affordable_resamples(4'000'000) == 100);
  CHECK(affordable_resamples(1'000'000'000) == 0);
}
