// The model of logits, and who drives the update under it.
#include "apps/loss_lab/budget.h"

#include <catch2/catch.hpp>

#include "losses/table/loss_table.h"

using namespace skew;
using namespace skew::lab;

TEST_CASE("expectations of a normal distribution") {
  CHECK(expectation([](double) { return 1.; }, 2, 3) == Approx(1));
  CHECK(expectation([](double x) { return x; }, 2, 3) == Approx(2));
  CHECK(expectation([](double x) { return (x - 2) * (x - 2); }, 2, 3) == Approx(9));
}

TEST_CASE("calibrated logits have the AUROC asked for and are true risks") {
  const double prior = .1;
  const LogitModel m = calibrated_logits(prior, .85);
  // AUROC = P(positive's logit > negative's) = Φ(difference of means / (√2·deviation))
  CHECK(std::erfc(-(m.positive_mean - m.negative_mean) / (2 * m.deviation)) / 2 == Approx(.85));
  for (const double x : {-4., -1., 0., 2.}) {
    const auto density = [&](double mean) { return std::exp(-std::pow((x - mean) / m.deviation, 2) / 2); };
    const double positives = prior * density(m.positive_mean), negatives = (1 - prior) * density(m.negative_mean);
    CHECK(positives / (positives + negatives) == Approx(sigmoid(x)));
  }
}

TEST_CASE("cross-entropy's budget is even for calibrated logits, that of priors for untrained ones") {
  const AnyLoss bce = make_loss("bce"), ral = make_loss("ral");
  const auto at = [](const AnyLoss& l) { return [&l](double x, double y) { return l.at(x, y); }; };
  for (const double prior : {.01, .2}) {
    const Budget even = budget(at(bce), prior, 14, calibrated_logits(prior, .85));
    CHECK(even.share() == Approx(.5));
    CHECK(even.negatives == Approx(even.easy + even.hard + even.suspect));
    const Budget start = budget(at(bce), prior, 14, untrained_logits());
    CHECK(start.share() == Approx(1 - prior));
    CHECK(start.positives == Approx(14 * prior / 2));
    CHECK(budget(at(ral), prior, 14, untrained_logits()).share() < start.share());
  }
}
