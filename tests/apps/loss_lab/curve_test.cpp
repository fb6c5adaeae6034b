// Quantities of a curve and the search for peaks.
#include "apps/loss_lab/curve.h"

#include <catch2/catch.hpp>

#include "losses/table/loss_table.h"

using namespace skew;
using namespace skew::lab;

TEST_CASE("the weight is the gradient in units of cross-entropy's") {
  const AnyLoss bce = make_loss("bce"), focal = make_loss("focal", {{"alpha", "-1"}});
  for (const double x : {-40., -3., 0., 2., 40.})
    for (const double y : {0., 1., .3}) CHECK(quantity(Quantity::weight, bce.at(x, y), x, y) == Approx(1));
  // focal: (1−p_t)^γ − γ·p_t·(1−p_t)^(γ−1)·ln p_t... of a negative at p = ½: ¼ + 2·½·½·ln 2
  CHECK(quantity(Quantity::weight, focal.at(0, 0), 0, 0) == Approx(.25 + .5 * std::log(2.)));
  CHECK(quantity(Quantity::value, bce.at(0, 1), 0, 1) == Approx(std::log(2.)));
  CHECK(quantity(Quantity::gradient, bce.at(0, 1), 0, 1) == Approx(-.5));
  CHECK(quantity(Quantity::curvature, bce.at(0, 1), 0, 1) == Approx(.25));
}

TEST_CASE("peaks: inside, at an end, negative, between two") {
  const auto gradient = [](const char* loss, double y) {
    const AnyLoss l = make_loss(loss);
    return peak([=](double x) { return l.at(x, y).dx; });
  };
  const Peak hill = gradient("hill", 0), bce = gradient("bce", 0), positives = gradient("ral", 1);
  CHECK(hill.f == Approx(3. / 16));
  CHECK(sigmoid(hill.x) == Approx(.5));
  CHECK(bce.at_end);
  CHECK(bce.x == far_logit);
  CHECK(positives.f == Approx(-1.016).margin(.001));  // −(1−p)²(1+2.5p), largest at p = 1/15
  CHECK(sigmoid(positives.x) == Approx(1. / 15).epsilon(1e-6));
  CHECK(gradient("ral-paper", 0).f == Approx(.361).margin(.0005));
  CHECK(gradient("ral", 0).f == Approx(.558).margin(.0005));
  const Peak higher = peak([](double x) { return std::exp(-x * x) + 1.5 * std::exp(-(x - 9.005) * (x - 9.005)); });
  CHECK(higher.x == Approx(9.005).epsilon(1e-7));
}
