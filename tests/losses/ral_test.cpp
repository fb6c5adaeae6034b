// RAL against its table in double, its two forms, finite series, and the facts known about its gradient.
#include "losses/ral.h"

#include <catch2/catch.hpp>

#include "core/error.h"
#include "losses/table/loss_table.h"

using namespace skew;

namespace {
double logit(double p) { return std::log(p / (1 - p)); }
}  // namespace

TEST_CASE("values and slopes of the default form") {
  // x, ℓ(y=1), ∂/∂x, ℓ(y=0), ∂/∂x: nine digits of the design's table
  const double table[][5] = {{-6, 6.24877439, -1.00121189, 0, 0},
                             {-3, 3.23026006, -1.01498276, 0, 0},
                             {-1, 1.25026142, -0.893783747, 3.63480491e-5, 2.24871707e-4},
                             {0, 0.505647181, -0.5625, 0.00582232521, 0.0232642463},
                             {1, 0.134732126, -0.20452222, 0.119332111, 0.255711048},
                             {3, 0.0039729952, -0.00760556978, 1.07668077, 0.477913621},
                             {6, 1.07043127e-5, -2.13607352e-5, 1.71950868, 0.0483193621}};
  const AnyLoss ral = make_loss("ral");
  for (const auto& [x, positive, positive_dx, negative, negative_dx] : table) {
    INFO("x = " << x);
    CHECK(ral.at(x, 1).value == Approx(positive).epsilon(5e-9));
    CHECK(ral.at(x, 1).dx == Approx(positive_dx).epsilon(5e-9));
    CHECK(ral.at(x, 0).value == Approx(negative).epsilon(5e-9));
    CHECK(ral.at(x, 0).dx == Approx(negative_dx).epsilon(5e-9));
  }
}

TEST_CASE("the slopes' closed forms, detached and not") {
  const AnyLoss ral = make_loss("ral"), detached = make_loss("ral", {{"detach_focus", "true"}});
  for (double x : {-2.5, -1.0, 0.0, 0.7, 2.0, 5.0}) {
    const double p = 1 / (1 + std::exp(-x)), m = 0.05, q = 1 - p + m, r = p - m, lambda = 1.5;
    const double shared = 2 / p - 1 / (lambda - p) + 1 / (lambda - q) + 1 / (q * -std::log(q));
    CHECK(ral.at(x, 1).dx == Approx(-(1 - p) * (1 - p) * (1 + 2.5 * p)).epsilon(1e-12));
    CHECK(ral.at(x, 0).dx == Approx(p * (1 - p) * ral.at(x, 0).value * (shared + 4 / r)).epsilon(1e-11));
    CHECK(detached.at(x, 0).dx == Approx(p * (1 - p) * ral.at(x, 0).value * shared).epsilon(1e-11));
  }
  CHECK(ral.at(logit(0.05) - 1e-3, 0).dx == 0);
  CHECK(ral.at(40, 0).value == Approx(1.769).epsilon(1e-3));
  CHECK(ral.at(800, 0).dx == 0);
}

TEST_CASE("parity: positives below ε are dead, and only there") {
  const AnyLoss ours = make_loss("ral"), theirs = make_loss("ral", {{"parity", "true"}});
  CHECK(theirs.at(-18.5, 1).dx == 0);
  CHECK(ours.at(-18.5, 1).dx < -0.99);
  CHECK(theirs.at(-18.3, 1).dx < -0.99);
  CHECK(theirs.at(0.3, 1).value == Approx(ours.at(0.3, 1).value).epsilon(1e-14));
}

TEST_CASE("the paper's form is Eq. (6) in closed shape, and its negatives peak lower") {
  const AnyLoss paper = make_loss("ral-paper"), code = make_loss("ral");
  for (double p : {0.02, 0.1, 0.5, 0.87, 0.99}) {
    const double r = std::max(p - 0.05, 0.0), x = logit(p);
    CHECK(paper.at(x, 0).value == Approx(-(1.5 - p) * std::log(1 - r) * std::pow(r, 4)).epsilon(1e-9));
    CHECK(paper.at(x, 1).value == code.at(x, 1).value);
  }
  auto peak = [](const AnyLoss& l) {
    std::pair<double, double> best{0, 0};
    for (double p = 0.001; p < 1; p += 0.001) best = std::max(best, {std::abs(l.at(logit(p), 0).dx), p});
    return best;
  };
  CHECK(peak(paper).first == Approx(0.361).margin(5e-4));
  CHECK(peak(paper).second == Approx(0.87).margin(5e-3));
  CHECK(peak(code).first == Approx(0.558).margin(5e-4));
  CHECK(peak(code).second == Approx(0.91).margin(5e-3));
}

TEST_CASE("finite series are Σ α_m (1−p)^m and Σ β_n r^n, and converge to the closed form") {
  const AnyLoss few = make_loss("ral-paper", {{"terms", "3,2"}, {"gamma_pos", "1"}});
  const AnyLoss one = make_loss("ral-paper", {{"terms", "1,1"}});
  for (double p : {0.2, 0.6, 0.9}) {
    const double u = 1 - p, r = p - 0.05, x = logit(p);
    CHECK(few.at(x, 1).value == Approx((1.75 * u * u + u * u * u / 3) * u).epsilon(1e-12));  // α₁ = 0, α₂ = 1.75
    CHECK(few.at(x, 0).value == Approx((1.5 - p) * (r + r * r / 2) * std::pow(r, 4)).epsilon(1e-12));
    CHECK(one.at(x, 1).value == Approx(0).margin(1e-15));
    const AnyLoss many = make_loss("ral", {{"terms", "900,900"}}), all = make_loss("ral");
    CHECK(many.at(x, 1).value == Approx(all.at(x, 1).value).epsilon(1e-10));
    CHECK(many.at(x, 0).value == Approx(all.at(x, 0).value).epsilon(1e-10));
    CHECK(many.at(x, 0).dx == Approx(all.at(x, 0).dx).epsilon(1e-10));
  }
}

TEST_CASE("ranges are refused with their reason") {
  CHECK_THROWS_WITH(make_loss("ral", {{"lambda", "1"}}),
                    "ral: lambda must be > 1, got 1: at λ ≤ 1 calling every class positive costs nothing");
  CHECK_THROWS_WITH(make_loss("ral", {{"clip", "1"}}), Catch::Contains("ral: clip must be in [0, 1), got 1"));
  CHECK_THROWS_WITH(make_loss("ral", {{"gamma_neg", "-1"}}), "ral: gamma_neg must be ≥ 0, got -1");
  CHECK_THROWS_WITH(make_loss("ral", {{"epsilon_pos", "nan"}}), "ral: epsilon_pos must be finite, got nan");
  CHECK_THROWS_WITH(make_loss("ral", {{"terms", "3"}}), Catch::Contains("ral: terms must be inf, or two numbers M,N"));
  CHECK_THROWS_WITH(make_loss("ral", {{"terms", "0,3"}}), Catch::Contains("at least 1"));
  CHECK_THROWS_WITH(make_loss("ral", {{"form", "papper"}}), Catch::Contains("did you mean 'paper'?"));
}
