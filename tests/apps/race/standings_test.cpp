// What a race concludes from made-up results.
#include "apps/race/standings.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <sstream>

#include "apps/formats/utf8.h"
#include "apps/race/documents.h"
#include "apps/race/tables.h"

using namespace skew;
using namespace skew::race;
using Catch::Matchers::Contains;

namespace {

const Plan kPlan{{{"bce", "bce"}, {"ral", "ral"}, {"apl", "apl"}}, {0, .25}, 3};

// ral is .1 ahead of bce with little noise, apl is bce with noise.
double made_up(const Cell& c) {
  const double seed = .01 * double(c.seed), noise[] = {.03, -.05, .02};
  return .3 - .1 * c.missing + seed + (c.entrant == 1 ? .1 + .1 * seed : 0) + (c.entrant == 2 ? noise[c.seed] : 0);
}
std::vector<DoneCell> results(const Plan& plan) {
  std::vector<DoneCell> done;
  for (const Cell& c : plan.cells())
    done.push_back({c, {{{"mAP", made_up(c)}, {"mAP tail", NAN}, {"AUROC", .5}, {"ECE", 1 - made_up(c)}}, ""}});
  return done;
}

}  // namespace

TEST_CASE("means, paired tests and verdicts") {
  const Standings all = standings(kPlan, results(kPlan));
  CHECK(all.done == 18);
  const Standing &bce = all.of(1, 0, "mAP"), &ral = all.of(1, 1, "mAP"), &apl = all.of(1, 2, "mAP");
  CHECK(bce.mean.mean == Approx(.285));
  CHECK(ral.against_first.difference.mean == Approx(.101));
  CHECK(ral.p_holm == Approx(2 * ral.against_first.p));  // the smaller of two
  CHECK(verdict(bce, false) == "–");
  CHECK(verdict(ral, false) == "better");
  CHECK(verdict(ral, true) == "worse");
  CHECK(verdict(apl, false) == "not told apart");
  CHECK(verdict(all.of(0, 1, "ECE"), lower_is_better("ECE")) == "better");
  CHECK(all.of(0, 1, "mAP tail").mean.n == 0);
  CHECK(verdict(all.of(0, 1, "mAP tail"), false) == "–");
}

TEST_CASE("a terminal gets tables of 80 columns, the best marked, one seed explained") {
  const std::string tables = terminal_tables(standings(kPlan, results(kPlan)), false);
  std::istringstream lines(tables);
  for (std::string line; std::getline(lines, line);) CHECK(report::column_width(line) <= 80);
  CHECK_THAT(tables, Contains("Ranking, labels as they are") && Contains("Ranking, positives missing: .25") &&
                         Contains(".411 ± .027*") && Contains("*") && Contains("better") && !Contains("|") &&
                         !Contains("Decisions") && !Contains("tail"));
  Plan one = kPlan;
  one.seeds = 1;
  CHECK_THAT(terminal_tables(standings(one, results(one)), false), Contains("one seed: no interval and no test"));
}

TEST_CASE("an unfinished race shows what there is; a failed run is named") {
  std::vector<DoneCell> part = results(kPlan);
  part.resize(8);  // seed 0, and two of seed 1
  part[1].result = {{}, "the loss is not finite"};
  const Standings all = standings(kPlan, part);
  CHECK(all.failures.size() == 1);
  CHECK(all.of(0, 1, "mAP").mean.n == 1);
  CHECK(std::isnan(all.of(0, 1, "mAP").p_holm));
  const std::string words = markdown({"set", "skew loss race …", "resnet8", false}, all);
  CHECK_THAT(words,
             Contains("8 runs of 18 done, 1 of them failed") && Contains("- failed: ral seed 0: the loss is not"));
}

TEST_CASE("settings' spread beside the seeds'") {
  const Plan plan{with_draws({{"ral", "ral"}, {"asl", "asl"}}, {{"gamma_neg", 1}}, 4), {0}, 3};
  std::vector<DoneCell> done;
  for (const Cell& c : plan.cells()) {
    const Entrant& e = plan.entrants[c.entrant];
    const double value = e.draw ? (e.loss == "ral" ? .5 : .4) + .01 * double(e.draw) : .6 + .001 * double(c.seed);
    done.push_back({c, {{{"mAP", value}}, ""}});
  }
  const auto list = sensitivities(standings(plan, done), 0, "mAP");
  REQUIRE(list.size() == 2);
  CHECK(list[0].loss == "ral");
  CHECK(list[0].settings.n == 4);
  CHECK(list[0].lowest == Approx(.51));
  CHECK(list[1].highest == Approx(.44));
  CHECK(list[1].settings.deviation == Approx(.01 * std::sqrt(5. / 3)));
  CHECK(list[1].seeds.deviation == Approx(.001));
  const std::string words = markdown({"set", "", "", false}, standings(plan, done));
  CHECK_THAT(words, Contains("Random settings") && !Contains("draw 1"));
}

TEST_CASE("the largest mean is bold where it stands alone") {
  const std::string words = markdown({"a|b", "skew loss race …", "resnet8", false}, standings(kPlan, results(kPlan)));
  CHECK_THAT(words, Contains("| ral | **.411 ±") && Contains("| bce | .310 ±"));
  CHECK_THAT(words, !Contains("**.500"));  // AUROC, all alike
  CHECK_THAT(words, Contains("| ral | .101 ± .002 |") && Contains("| better |"));
  CHECK_THAT(words, Contains("## positives missing: .25") && Contains("**AUROC against bce**"));
}
