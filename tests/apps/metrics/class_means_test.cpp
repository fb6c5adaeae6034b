// Means over defined classes and the bands by training counts.
#include "apps/metrics/class_means.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "core/error.h"

using namespace skew::metrics;

TEST_CASE("bands by training counts, means over the defined classes") {
  const double undefined = std::numeric_limits<double>::quiet_NaN();
  const std::vector<double> ap{.8, .6, .5, undefined, .1};
  const std::vector<int64_t> counts{100, 99, 20, 19, 0};
  const BandMeans means = band_means(ap, counts);
  CHECK(means.all.value == Approx(.5));
  CHECK(means.all.defined == 4);
  CHECK(means.all.classes == 5);
  CHECK(means[Band::head].value == .8);
  CHECK(means[Band::medium].value == Approx(.55));
  CHECK(means[Band::tail].value == .1);
  CHECK(means[Band::tail].defined == 1);
  CHECK(means[Band::tail].classes == 2);
  CHECK(std::isnan(band_means(ap, std::vector<int64_t>(5, 20))[Band::head].value));
  CHECK(name(Band::medium) == "medium");
}

TEST_CASE("lengths are checked") {
  CHECK_THROWS_AS(weighted_mean(std::vector<double>{.1, .2, .3}, std::vector<int64_t>{1, 2}), skew::ValueError);
  CHECK(weighted_mean(std::vector<double>{1, NAN, 3}, std::vector<int64_t>{1, 5, 3}) == 2.5);
  const std::vector<double> ap{.5};
  const std::vector<int64_t> counts{1, 2};
  CHECK_THROWS_AS(band_means(ap, counts), skew::ValueError);
}
