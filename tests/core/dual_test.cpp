// Derivatives by dual numbers against the known ones, and the conventions at kinks and ends.
#include "core/dual.h"

#include <catch2/catch.hpp>

using namespace skew;

namespace {

template <class F, class D, class C>
void agrees(const char* name, F f, D first, C second, std::initializer_list<double> points) {
  for (double x : points) {
    INFO(name << " at " << x);
    const Dual<double> once = f(variable(x));
    const Dual<Dual<double>> twice = f(variable_twice(x));
    CHECK(once.d == Approx(first(x)).epsilon(1e-12).margin(1e-300));
    CHECK(twice.v.v == once.v);
    CHECK(twice.v.d == Approx(once.d).epsilon(1e-14));
    CHECK(twice.d.v == Approx(once.d).epsilon(1e-14));
    CHECK(twice.d.d == Approx(second(x)).epsilon(1e-10).margin(1e-300));
  }
}

}  // namespace

TEST_CASE("every operator and function carries its derivative and, twice, its curvature") {
  using std::cos;
  const std::initializer_list<double> any = {-3.0, -0.5, 0.3, 1.0, 2.5}, positive = {0.1, 0.5, 1.0, 7.0};
  agrees(
      "polynomial", [](auto x) { return 2.0 * x * x * x - x * 3.0 + 1.0; }, [](double x) { return 6 * x * x - 3; },
      [](double x) { return 12 * x; }, any);
  agrees(
      "quotient", [](auto x) { return (x + 1.0) / (x * x + 2.0); },
      [](double x) { return (x * x + 2 - (x + 1) * 2 * x) / ((x * x + 2) * (x * x + 2)); },
      [](double x) {
        const double q = x * x + 2;
        return 2 * (x * x * x + 3 * x * x - 6 * x - 2) / (q * q * q);
      },
      any);
  agrees(
      "reciprocal", [](auto x) { return 1.0 / x; }, [](double x) { return -1 / (x * x); },
      [](double x) { return 2 / (x * x * x); }, any);
  agrees(
      "minus", [](auto x) { return 1.0 - (x - 2.0) - -x / 2.0; }, [](double) { return -0.5; }, [](double) { return 0; },
      any);
  agrees(
      "exp", [](auto x) { return exp(x); }, [](double x) { return std::exp(x); }, [](double x) { return std::exp(x); },
      any);
  agrees(
      "log", [](auto x) { return log(x); }, [](double x) { return 1 / x; }, [](double x) { return -1 / (x * x); },
      positive);
  agrees(
      "log1p", [](auto x) { return log1p(x); }, [](double x) { return 1 / (1 + x); },
      [](double x) { return -1 / ((1 + x) * (1 + x)); }, positive);
  agrees(
      "sqrt", [](auto x) { return sqrt(x); }, [](double x) { return 0.5 / std::sqrt(x); },
      [](double x) { return -0.25 / (x * std::sqrt(x)); }, positive);
  auto s = [](double x) { return 1 / (1 + std::exp(-x)); };
  agrees(
      "sigmoid", [](auto x) { return sigmoid(x); }, [=](double x) { return s(x) * s(-x); },
      [=](double x) { return s(x) * s(-x) * (s(-x) - s(x)); }, any);
  agrees(
      "softplus", [](auto x) { return softplus(x); }, s, [=](double x) { return s(x) * s(-x); }, any);
  agrees(
      "log_sigmoid", [](auto x) { return log_sigmoid(x); }, [=](double x) { return s(-x); },
      [=](double x) { return -s(x) * s(-x); }, any);
  agrees(
      "tanh", [](auto x) { return tanh(x); }, [](double x) { return 1 - std::tanh(x) * std::tanh(x); },
      [](double x) {
        const double t = std::tanh(x);
        return -2 * t * (1 - t * t);
      },
      any);
  auto density = [](double x) { return std::exp(-x * x / 2) * .3989422804014327; };
  agrees(
      "gauss", [](auto x) { return gauss(x); }, [](double x) { return -x * std::exp(-x * x / 2); },
      [](double x) { return (x * x - 1) * std::exp(-x * x / 2); }, any);
  agrees(
      "normal_cdf", [](auto x) { return normal_cdf(x); }, density, [=](double x) { return -x * density(x); }, any);
  agrees(
      "pow", [](auto x) { return pow(x, 2.5); }, [](double x) { return 2.5 * std::pow(x, 1.5); },
      [](double x) { return 3.75 * std::pow(x, 0.5); }, positive);
}

TEST_CASE("choices take the derivative of the side they take") {
  const Dual<double> x = variable(2.0);
  CHECK(maximum(x, 1.0).d == 1);
  CHECK(maximum(x, 3.0).d == 0);
  CHECK(minimum(x, 3.0).d == 1);
  CHECK(maximum(x * x, x).d == 4);
  CHECK(minimum(x * x, x).d == 1);
  CHECK(select(false, x, x * x).d == 4);
  CHECK(abs(-x).d == 1);
}

TEST_CASE("a focusing power at base 0 has slope 0, whatever its exponent") {
  for (double exponent : {0.0, 0.3, 0.5, 1.0, 2.0}) {
    const Dual<double> y = pow(Dual<double>{0, 1}, exponent);
    CHECK(y.v == (exponent == 0 ? 1 : 0));
    CHECK(y.d == 0);
    const Dual<float> f = pow(Dual<float>{1e-45f, 1e-45f}, float(exponent));
    CHECK(std::isfinite(f.d));
  }
}

// 1e-5 of the slope wherever that is a normal float: no slope is 1 minus a rounded number.
TEST_CASE("slopes far from 0 keep their digits") {
  const auto check = [](const char* name, float x, float slope, long double exact) {
    INFO(name << " at " << x << ": " << slope << ", exactly " << double(exact));
    if (std::abs(exact) >= std::numeric_limits<float>::min() && std::abs(exact) <= std::numeric_limits<float>::max())
      CHECK(std::abs(slope - exact) <= 1e-5L * std::abs(exact));
    else CHECK(std::abs(slope) <= std::max(2e-38L, 2 * std::abs(exact)));
  };
  for (float x = -60; x <= 60; x += .37f) {
    const Dual<float> v{x, 1};
    const long double e = std::exp(static_cast<long double>(x)), c = std::cosh(static_cast<long double>(x));
    check("tanh", x, tanh(v).d, 1 / (c * c));
    check("expm1", x, expm1(v).d, e);
    check("sigmoid", x, sigmoid(v).d, 1 / ((1 + e) * (1 + 1 / e)));
    check("softplus", x, softplus(v).d, 1 / (1 + 1 / e));
    check("log_sigmoid", x, log_sigmoid(v).d, 1 / (1 + e));
  }
}

TEST_CASE("detach keeps the value and drops every derivative") {
  const auto x = variable_twice(3.0);
  CHECK(detach(x).v.v == 3);
  CHECK((detach(x).v.d == 0 && detach(x).d.v == 0 && detach(x).d.d == 0));
  CHECK((detach(x) * x).d.v == 3);
  CHECK(with_slope(variable(3.0), 0.0).d == 0);
  CHECK(with_slope(variable(3.0), 1.0).d == 1);
  CHECK(primal(x) == 3);
}
