// Optimal p for a rate and back: proper scores, the design's table, several valleys, flat pieces, ends.
#include "apps/loss_lab/proper.h"

#include <catch2/catch.hpp>
#include <functional>

#include "losses/table/loss_table.h"

using namespace skew;
using namespace skew::lab;

namespace {

using At = std::function<AtLogit(double, double)>;
At at_of(const std::string& name, const LossParameters& parameters = {}) {
  return [l = make_loss(name, parameters)](double x, double y) { return l.at(x, y); };
}

}  // namespace

TEST_CASE("cross-entropy is proper: p is the rate, and back") {
  const ExpectedLoss<At> bce(at_of("bce"), Aim::value), training(at_of("bce"), Aim::training);
  const RateMap map(at_of("bce"));
  for (const double rate : {1e-5, .001, .01, .3, .5, .9, .9999}) {
    CHECK(bce.optimum(rate).p() == Approx(rate).epsilon(1e-6));
    CHECK(training.optimum(rate).p() == Approx(rate).epsilon(1e-9));
    CHECK(map.rate_of(rate) == Approx(rate).epsilon(1e-5));
  }
  CHECK(map.leaps().empty());
  CHECK_FALSE(map.falls());
}

TEST_CASE("the table of optimal p") {
  struct Row {
    const char* loss;
    LossParameters parameters;
    double p[3];
  };
  const Row rows[] = {{"bce", {}, {.010, .100, .500}},       {"focal", {{"alpha", "-1"}}, {.154, .306, .500}},
                      {"apl", {}, {.330, .488, .670}},       {"hill", {}, {.065, .275, .937}},
                      {"ral-paper", {}, {.324, .494, .703}}, {"ral", {}, {.422, .562, .715}},
                      {"asl", {}, {.3214, .4680, .6385}}};
  const double rates[] = {.01, .1, .5};
  for (const Row& row : rows) {
    const ExpectedLoss<At> loss(at_of(row.loss, row.parameters), Aim::value);
    for (int i = 0; i < 3; ++i) {
      INFO(row.loss << " at " << rates[i]);
      CHECK(loss.optimum(rates[i]).p() == Approx(row.p[i]).margin(.0005));
    }
  }
}

TEST_CASE("a detached weight lets training settle elsewhere than at the least loss") {
  const ExpectedLoss<At> value(at_of("asl"), Aim::value), training(at_of("asl"), Aim::training);
  const AtLogit positive = at_of("asl")(training.optimum(.1).x, 1), negative = at_of("asl")(training.optimum(.1).x, 0);
  CHECK(.1 * positive.dx + .9 * negative.dx == Approx(0).margin(1e-12));
  CHECK(training.optimum(.1).p() == Approx(.5276).margin(.0005));
  CHECK(value.optimum(.1).p() == Approx(.4680).margin(.0005));
  const ExpectedLoss<At> same(at_of("asl", {{"detach_focus", "false"}}), Aim::training);
  CHECK(same.optimum(.1).p() == Approx(.4680).margin(.0005));
}

TEST_CASE("of two valleys the deeper one counts; between them the best p leaps") {
  // Positives like x = 3, negatives x = −3, each in a narrow pit: at a rate of ½ both are as good.
  const At pits = [](double x, double y) {
    const double d = y == 1 ? x - 3 : x + 3;
    return AtLogit{-std::exp(-d * d), 2 * d * std::exp(-d * d), 0};
  };
  const ExpectedLoss<At> loss(pits, Aim::value);
  CHECK(loss.optimum(.4).x == Approx(-3).margin(.01));
  CHECK(loss.optimum(.6).x == Approx(3).margin(.01));
  const RateMap map(pits);
  REQUIRE(map.leaps().size() == 1);
  CHECK(map.leaps()[0].rate == Approx(.5).epsilon(1e-9));
  for (const double p : {.1, .5, .9}) CHECK(map.rate_of(p) == Approx(.5).epsilon(1e-6));
}

TEST_CASE("flat pieces and ends are said") {
  const At flat = [](double x, double y) {  // |x − 1| ≤ 1 costs nothing, whatever the label
    const double d = std::max(0., std::abs(x - 1) - 1);
    return AtLogit{d * d, 0, y * 0};
  };
  const OptimalLogit o = ExpectedLoss<At>(flat, Aim::value).optimum(.5);
  CHECK(o.low == Approx(0).margin(.021));
  CHECK(o.high == Approx(2).margin(.021));
  CHECK(o.x == o.low);  // nearest to the rate's own logit, 0
  const At falling = [](double x, double) { return AtLogit{-x, -1, 0}; };
  const OptimalLogit end = ExpectedLoss<At>(falling, Aim::value).optimum(.5);
  CHECK(end.at_end);
  CHECK(end.x == far_logit);
  CHECK(RateMap(at_of("ral")).rate_of(.5) == Approx(.0397).margin(.0002));
  CHECK(RateMap(at_of("ral")).rate_of(1e-300) > 0);
  CHECK(RateMap(at_of("ral")).rate_of(1) < 1);
}

TEST_CASE("a map that falls is said, and the way back takes the lowest rate") {
  // Positives like the lower pit, negatives the upper one.
  const At pits = [](double x, double y) {
    const auto pit = [x](double centre) { return std::exp(-4 * (x - centre) * (x - centre)); };
    return AtLogit{y == 1 ? -pit(-1) : -pit(1), 0, 0};
  };
  const RateMap map(pits);
  CHECK(map.falls());
  CHECK(map.rate_of(sigmoid(.9)) == Approx(map.knots().front().rate));
}
