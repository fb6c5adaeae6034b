// What ties the family together: each loss is another one with some of its parameters switched off. Peaks and optima.
#include <catch2/catch.hpp>

#include "losses/table/loss_table.h"

using namespace skew;

namespace {

const std::vector<double> logits = {-30, -8, -3, -2.944, -1, -0.2, 0, 0.5, 1, 2.5, 6, 25};

void same(const AnyLoss& a, const AnyLoss& b, double factor_negative = 1) {
  for (double x : logits)
    for (double y : {0.0, 1.0}) {
      INFO(a.print() << " and " << b.print() << " at x = " << x << ", y = " << y);
      const AtLogit p = a.at(x, y), q = b.at(x, y);
      const double f = y == 0 ? factor_negative : 1;
      CHECK(p.value == Approx(q.value * f).epsilon(1e-12).margin(1e-300));
      CHECK(p.dx == Approx(q.dx * f).epsilon(1e-12).margin(1e-300));
      CHECK(p.d2x == Approx(q.d2x * f).epsilon(1e-9).margin(1e-14));
    }
}

// The p that minimises the expected loss at a true rate: golden-section search after a scan (the losses are not
// convex).
double optimal_p(const AnyLoss& l, double rate) {
  double best = 1e300, at = 0;
  for (double x = -12; x <= 12; x += 1e-3) {
    const double expected = rate * l.at(x, 1).value + (1 - rate) * l.at(x, 0).value;
    if (expected < best) best = expected, at = x;
  }
  return 1 / (1 + std::exp(-at));
}

}  // namespace

TEST_CASE("asl without focusing and clip is bce") {
  same(make_loss("asl", {{"gamma_neg", "0"}, {"gamma_pos", "0"}, {"clip", "0"}}), make_loss("bce"));
}
TEST_CASE("focal is asl with equal focusing, no clip and flowing gradient") {
  for (const char* gamma : {"0", "1", "2", "3.5"})
    same(make_loss("focal", {{"gamma", gamma}, {"alpha", "-1"}}),
         make_loss("asl", {{"gamma_neg", gamma}, {"gamma_pos", gamma}, {"clip", "0"}, {"detach_focus", "false"}}));
}
TEST_CASE("apl without its epsilons is asl") {
  same(make_loss("apl", {{"epsilon_pos", "0"}, {"epsilon_pos_pow", "0"}, {"gamma_pos", "1"}}), make_loss("asl"));
}
TEST_CASE("ral without its Hill factors is apl") {
  // the paper form has only (λ−p), which a huge λ makes a constant
  const AnyLoss ral = make_loss("ral-paper", {{"lambda", "1e15"}, {"detach_focus", "true"}});
  for (double x : logits)
    for (double y : {0.0, 1.0}) {
      const AtLogit a = ral.at(x, y), b = make_loss("apl").at(x, y);
      const double f = y == 0 ? 1e15 : 1;
      CHECK(a.value == Approx(b.value * f).epsilon(1e-12).margin(1e-300));
      CHECK(a.dx == Approx(b.dx * f).epsilon(1e-9).margin(1e-300));
    }
}
TEST_CASE("poly1_focal without its term is focal; the term is ε₁·(1−p_t)^(γ+1)") {
  same(make_loss("poly1_focal", {{"epsilon", "0"}}), make_loss("focal"));
  for (double x : {-3.0, 0.5, 4.0}) {
    const double p = 1 / (1 + std::exp(-x)), one = make_loss("poly1_focal").at(x, 1).value,
                 zero = make_loss("focal").at(x, 1).value;
    CHECK(one - zero == Approx(std::pow(1 - p, 3)).epsilon(1e-12));
  }
}
TEST_CASE("splc pays hill's positives; its negatives are focal until change_epoch, then above τ the positives' side") {
  const AnyLoss hill = make_loss("hill"), focal = make_loss("focal", {{"alpha", "-1"}});
  for (const char* epoch : {"0", "1"}) {
    const AnyLoss splc = make_loss("splc", {{"epoch", epoch}});
    for (double x : logits) {
      INFO("epoch " << epoch << ", x = " << x);
      CHECK(splc.at(x, 1).value == Approx(hill.at(x, 1).value).epsilon(1e-12));
      const bool corrected = *epoch == '1' && x > std::log(.6 / .4);
      CHECK(splc.at(x, 0).value == Approx(focal.at(x, corrected).value).epsilon(1e-12));
      CHECK(splc.at(x, 0).dx == Approx(focal.at(x, corrected).dx).epsilon(1e-12));
    }
  }
}
TEST_CASE("hill's negatives are steepest at p = ½, with slope 3/16") {
  const AnyLoss hill = make_loss("hill");
  CHECK(hill.at(0, 0).dx == Approx(0.1875).epsilon(1e-14));
  CHECK(hill.at(0, 0).d2x == Approx(0).margin(1e-15));
  for (double x : logits) CHECK(hill.at(x, 0).dx <= 0.1875);
}
TEST_CASE("a joint soft formula agrees with the hard one at its ends") {
  for (const std::string& name : loss_names()) {
    if (!find_loss(name).pointwise) continue;
    const AnyLoss l = make_loss(name);
    for (double x : logits)
      for (double y : {0.0, 1.0}) {
        INFO(name << " x = " << x << " y = " << y);
        const double near = y == 0 ? 1e-13 : 1 - 1e-13;
        CHECK(l.at(x, near).value == Approx(l.at(x, y).value).margin(1e-9 * (1 + std::abs(x))));
      }
  }
}
TEST_CASE("these losses are no proper scores: their optimal p at true rates") {
  const double rates[] = {.01, .10, .50};
  const std::pair<AnyLoss, std::vector<double>> table[] = {
      {make_loss("bce"), {.010, .100, .500}},  {make_loss("focal", {{"alpha", "-1"}}), {.154, .306, .500}},
      {make_loss("asl"), {.322, .468, .639}},  {make_loss("apl"), {.330, .488, .670}},
      {make_loss("hill"), {.065, .275, .937}}, {make_loss("ral-paper"), {.324, .494, .703}},
      {make_loss("ral"), {.422, .562, .715}}};
  for (const auto& [l, optimal] : table)
    for (int i = 0; i < 3; ++i) {
      INFO(l.print() << " at rate " << rates[i]);
      CHECK(optimal_p(l, rates[i]) == Approx(optimal[size_t(i)]).margin(1.1e-3));
    }
}
