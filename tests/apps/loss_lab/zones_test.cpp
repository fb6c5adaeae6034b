// Zones of both labels meet, mirror each other, and are what the tables say of a single p.
#include "apps/loss_lab/zones.h"

#include <catch2/catch.hpp>
#include <string>

using namespace skew;
using namespace skew::lab;

TEST_CASE("a positive at p is where a negative at 1 − p is, over p and over the logit") {
  const Zones positive = zones_over_p(true), negative = zones_over_p(false);
  for (size_t i = 0; i < 3; ++i) {
    const Zone &a = positive[i], &b = negative[2 - i];
    CHECK(std::string(a.name) == b.name);
    CHECK(a.shade == b.shade);
    CHECK(a.from == Approx(1 - b.to));
    CHECK(a.to == Approx(1 - b.from));
    if (i < 2) CHECK(zones_over_logit(true)[i].to == Approx(-zones_over_logit(false)[2 - i].from));
  }
  for (const Zones& zones : {positive, negative}) {
    CHECK(zones[0].from == 0);
    CHECK(zones[2].to == 1);
    for (size_t i = 0; i < 2; ++i) CHECK(zones[i].to == zones[i + 1].from);
  }
  for (const double p : {.05, .3, .7})
    for (const Zone& zone : positive)
      if (zone.from < p && p < zone.to) CHECK(std::string(zone.name) == zone_name(p));
}
