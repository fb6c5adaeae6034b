// Maps from scores to risks: against brute force, against scikit-learn 1.9.1 and SciPy, and where labels are few.
#include "apps/metrics/score_map.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "apps/metrics/probability_error.h"
#include "core/error.h"
#include "core/random.h"

using namespace skew;
using namespace skew::metrics;

namespace {

const std::vector<double> scores = {.05, .10, .10, .15, .22, .30, .30, .41, .48, .55, .55, .63, .70, .82, .91, .97};
const std::vector<double> labels = {0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 1, 1, 0, 1, 1, 1};
constexpr double unknown_label = std::numeric_limits<double>::quiet_NaN();

double rate_at(const std::vector<IsotonicBlock>& blocks, double score) {
  for (const IsotonicBlock& b : blocks)
    if (score >= b.low && score <= b.high) return b.rate();
  return unknown_label;
}

// max over lower ends of min over upper ends of the mean between: isotonic regression by its definition, O(n³).
double min_max(const std::vector<double>& s, const std::vector<double>& y, double score) {
  double highest = 0;
  for (const double low : s) {
    if (low > score) continue;
    double lowest = 1;
    for (const double high : s) {
      if (high < score) continue;
      double sum = 0, n = 0;
      for (size_t i = 0; i < s.size(); ++i)
        if (s[i] >= low && s[i] <= high) sum += y[i], n += 1;
      lowest = std::min(lowest, sum / n);
    }
    highest = std::max(highest, lowest);
  }
  return highest;
}

// 3 to 14 scores from few values, so that many are equal, in any order.
struct Drawn {
  std::vector<double> scores, labels;
};
Drawn drawn(Generator& random) {
  Drawn d;
  for (int64_t n = 3 + random.below(12); n > 0; --n) {
    d.scores.push_back(double(random.below(9)) / 8);
    d.labels.push_back(random.uniform() < d.scores.back() ? 1 : 0);
  }
  return d;
}

}  // namespace

TEST_CASE("isotonic regression: as scikit-learn, and as its definition by brute force") {
  const double third = 1.0 / 3;
  const std::vector<double> expected = {0, .25, .25, .25, .25, third, third, third, .6, .6, .6, .6, .6, 1, 1, 1};
  const auto blocks = isotonic_blocks(scores, labels);
  for (size_t i = 0; i < scores.size(); ++i) CHECK(rate_at(blocks, scores[i]) == Approx(expected[i]).margin(1e-15));
  Generator random(3);
  for (int k = 0; k < 300; ++k) {
    const Drawn d = drawn(random);
    const auto found = isotonic_blocks(d.scores, d.labels);
    for (const double s : d.scores) REQUIRE(rate_at(found, s) == Approx(min_max(d.scores, d.labels, s)).margin(1e-12));
    for (size_t b = 1; b < found.size(); ++b) REQUIRE(found[b].rate() > found[b - 1].rate());
  }
}

TEST_CASE("isotonic runs of one rate are one run: the stored map has two points for it") {
  const ScoreMap map = fit_isotonic(std::vector<double>{.1, .2, .3, .4, .5, .6}, std::vector<double>{1, 0, 1, 0, 1, 0});
  CHECK(map.from == std::vector<double>{clipped_logit(.1), clipped_logit(.6)});
  CHECK(map(.35) == Approx(.5));
}

TEST_CASE("isotonic risks claim no more than so many labels can show") {
  const ScoreMap map = fit_isotonic(scores, labels);
  CHECK(map.sound());
  CHECK(map(.05) == Approx(1.0 / 18));
  CHECK(map(0) == Approx(1.0 / 18));
  CHECK(map(.99) == Approx(17.0 / 18));
  CHECK(map(.22) == Approx(.25));
  CHECK(map(.26) > map(.22));  // between blocks
  CHECK(map(.26) < map(.30));
}

TEST_CASE("Platt scaling: as SciPy finds it, and to three digits as scikit-learn") {
  const ScoreMap map = fit_platt(scores, labels);
  CHECK(map.slope == Approx(0.55626678).margin(2e-8));  // BFGS of the same function
  CHECK(map.intercept == Approx(0.13893719).margin(2e-8));
  CHECK(map.slope == Approx(0.5562667811).margin(1e-6));  // sklearn.calibration._sigmoid_calibration
  CHECK(map.intercept == Approx(0.1389372083).margin(1e-6));
  CHECK(map(.3) == Approx(1 / (1 + std::exp(-(map.slope * std::log(.3 / .7) + map.intercept)))));
}

TEST_CASE("Platt scaling where labels are one-sided, separable, equal, upside down, or unknown") {
  const std::vector<double> s = {.1, .2, .8, .9};
  const ScoreMap none = fit_platt(s, std::vector<double>{0, 0, 0, 0});
  CHECK(none(.9) == Approx(1.0 / 6).epsilon(1e-6));
  const ScoreMap separable = fit_platt(s, std::vector<double>{0, 0, 1, 1});
  CHECK(separable.sound());
  CHECK(separable(.9) > .7);
  CHECK(separable(.9) < .85);  // around (2+1)/(2+2)
  const ScoreMap equal = fit_platt(std::vector<double>{.5, .5, .5}, std::vector<double>{0, 0, 1});
  CHECK(equal(.5) == Approx((2.0 / 3 + .25 + .25) / 3));
  const ScoreMap down = fit_platt(s, std::vector<double>{1, 1, 0, 0});
  CHECK(down.slope == 0);
  CHECK(down(.1) == Approx(.5));
  const ScoreMap partly =
      fit_platt(std::vector<double>{.1, .2, .5, .8, .9}, std::vector<double>{0, 0, unknown_label, 1, 1});
  CHECK(partly.slope == separable.slope);
  CHECK(fit_platt(s, std::vector<double>(4, unknown_label)).kind == MapKind::identity);
  CHECK(fit_isotonic(s, std::vector<double>(4, unknown_label)).kind == MapKind::identity);
  CHECK_THROWS_AS(fit_platt(std::vector<double>{1.5}, std::vector<double>{1}), ValueError);
}

TEST_CASE("no map falls or leaves [0, 1], saturated scores included") {
  Generator random(9);
  for (int k = 0; k < 100; ++k) {
    Drawn d = drawn(random);
    d.scores.insert(d.scores.end(), {0, 1, 1e-200, 1 - 1e-16}), d.labels.insert(d.labels.end(), {1, 0, 0, 1});
    for (const ScoreMap& map : {ScoreMap{}, fit_platt(d.scores, d.labels), fit_isotonic(d.scores, d.labels)}) {
      REQUIRE(map.sound());
      double before = 0;
      for (int i = 0; i <= 1000; ++i) {
        const double risk = map(i / 1000.0);
        CAPTURE(name(map.kind), i, before, risk - before);
        REQUIRE((risk >= before && risk <= 1));
        before = risk;
      }
    }
  }
}

TEST_CASE("maps that fall, have gaps or are not finite are not sound") {
  ScoreMap map{.kind = MapKind::isotonic, .from = {-1, 0, 1}, .to = {-2, -1, 3}};
  CHECK(map.sound());
  map.to = {-2, -3, 3};
  CHECK_FALSE(map.sound());
  map.to = {-2, -1};
  CHECK_FALSE(map.sound());
  map.to = {-2, -1, std::numeric_limits<double>::infinity()};
  CHECK_FALSE(map.sound());
  map.from = {0, 0, 1}, map.to = {1, 2, 3};
  CHECK_FALSE(map.sound());
  CHECK_FALSE((ScoreMap{.kind = MapKind::platt, .slope = -1}.sound()));
  CHECK_FALSE(ScoreMap{.kind = MapKind::proper}.sound());
  for (const MapKind kind :
       {MapKind::identity, MapKind::proper, MapKind::platt, MapKind::pooled_platt, MapKind::isotonic})
    CHECK(map_kind(name(kind)) == kind);
  CHECK_THROWS_AS(map_kind("plat"), ValueError);
}
