// Which runs a race consists of, and in which order.
#include "apps/race/plan.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <set>

#include "core/error.h"

using namespace skew;
using namespace skew::race;

namespace {

double parameter(const Entrant& e, const std::string& name) {
  for (const FieldInfo& p : make_loss(e.loss, e.set).parameters())
    if (p.name == name) return p.number;
  return NAN;
}

}  // namespace

TEST_CASE("cells go seed by seed") {
  const Plan plan{{{"bce", "bce"}, {"ral", "ral"}}, {0, .25}, 2};
  const std::vector<Cell> cells = plan.cells();
  REQUIRE(cells.size() == 8);
  CHECK(cells[0].entrant == 0);
  CHECK(cells[1].entrant == 1);
  CHECK(cells[2].missing == .25);
  CHECK(cells[3].seed == 0);
  CHECK(cells[4].seed == 1);
  std::set<std::string> names;
  for (const Cell& c : cells) names.insert(file_name(plan.entrants[c.entrant], c));
  CHECK(names.size() == 8);
  CHECK(names.contains("ral_missing=0.25_seed=1"));
}

TEST_CASE("a grid multiplies those that have the parameter") {
  const std::vector<Entrant> two = {{"bce", "bce"}, {"ral-paper", "ral-paper"}};
  const auto once = with_grid(two, {"lambda", {"1.2", "2"}});
  REQUIRE(once.size() == 3);
  CHECK(once[0].label == "bce");
  CHECK(once[1].label == "ral-paper lambda=1.2");
  CHECK(parameter(once[2], "lambda") == 2);
  CHECK(with_grid(once, {"gamma_neg", {"1", "2", "3"}}).size() == 7);
  CHECK_THROWS_WITH(with_grid(two, {"lamda", {"1.2"}}), Catch::Contains("did you mean 'lambda'"));
  CHECK_THROWS_AS(with_grid(two, {"lambda", {"1"}}), ValueError);  // λ > 1
}

TEST_CASE("random settings: the same steps for every loss, inside the valid range") {
  const std::vector<Entrant> three = {{"ral", "ral"}, {"asl", "asl"}, {"bce", "bce"}};
  const auto drawn = with_draws(three, {{"gamma_neg", 2}, {"clip", .2}, {"lambda", 1}}, 20);
  REQUIRE(drawn.size() == 43);  // bce has none of the three: nothing to draw
  bool low = false, high = false, clipped = false;
  for (size_t d = 1; d <= 20; ++d) {
    const Entrant &ral = drawn[d], &asl = drawn[21 + d];
    CHECK(ral.draw == int64_t(d));
    CHECK(parameter(ral, "gamma_neg") == parameter(asl, "gamma_neg"));  // both have 4 as their own
    CHECK(std::abs(parameter(ral, "gamma_neg") - 4) <= 2);
    low |= parameter(ral, "gamma_neg")<3, high |= parameter(ral, "gamma_neg")> 5;
    CHECK(parameter(ral, "clip") >= 0);
    clipped |= parameter(ral, "clip") == 0;
    CHECK(parameter(ral, "lambda") > 1);
  }
  CHECK((low && high && clipped));
  for (const Entrant& e : with_draws({{"ral", "ral"}}, {{"lambda", .50003}}, 2000))  // 1.5 − .50003 rounds to 1
    if (e.draw) CHECK(parameter(e, "lambda") > 1);
  CHECK_THROWS_AS(with_draws({{"bce", "bce"}}, {{"lambda", 1}}, 3), UsageError);
  CHECK_THROWS_AS(with_draws({{"ral", "ral"}}, {{"form", 1}}, 3), UsageError);  // a word
  const Plan plan{drawn, {0}, 3};
  CHECK(plan.cells().size() == 43 + 2 * 3);  // random settings at seed 0 alone
}
