// The elementary functions against long double: every bfloat16 number and a dense sample of float.
#include "core/math.h"

#include <catch2/catch.hpp>
#include <limits>

using namespace skew;

namespace {

// |got − want| in units of the last place of want (of the smallest denormal's, below the normal range).
double ulps(float got, long double want) {
  if (std::isnan(want)) return std::isnan(got) ? 0 : 1e30;
  const float rounded = float(want);
  if (std::isinf(rounded) || std::isinf(got)) return rounded == got ? 0 : 1e30;
  int exponent;
  std::frexp(want, &exponent);
  const long double unit = std::ldexp(1.0L, std::max(exponent - 24, -149));
  return double(std::abs(static_cast<long double>(got) - want) / unit);
}

// Largest error over all bfloat16 numbers (infinities and NaN too) and every 4099th float.
template <class F, class G>
double worst(F mine, G truth, float low = -std::numeric_limits<float>::infinity(),
             float high = std::numeric_limits<float>::infinity()) {
  double largest = 0;
  float where = 0;
  auto look = [&](uint32_t bits) {
    const float x = bits_float(bits);
    if (x < low || x > high || (std::isnan(x) && std::isfinite(low))) return;
    const double e = ulps(mine(x), truth(static_cast<long double>(x)));
    if (e > largest) largest = e, where = x;
  };
  for (uint32_t b = 0; b < 1u << 16; ++b) look(b << 16);
  for (uint64_t b = 0; b < 1ull << 32; b += 4099) look(uint32_t(b));
  INFO("at " << where);
  CHECK(largest < 1e29);
  return largest;
}

using L = long double;
L truth_softplus(L x) { return std::max(x, 0.0L) + std::log1p(std::exp(-std::abs(x))); }
L truth_sigmoid(L x) { return x >= 0 ? 1 / (1 + std::exp(-x)) : std::exp(x) / (1 + std::exp(x)); }

}  // namespace

TEST_CASE("exp and log are right to 2 ULP, the others to 4, on all bfloat16 and a sample of float") {
  const double e = worst([](float x) { return skew::exp(x); }, [](L x) { return std::exp(x); });
  const double l = worst([](float x) { return skew::log(x); }, [](L x) { return x < 0 ? std::nanl("") : std::log(x); });
  const double l1 =
      worst([](float x) { return skew::log1p(x); }, [](L x) { return x < -1 ? std::nanl("") : std::log1p(x); });
  const double s = worst([](float x) { return sigmoid(x); }, truth_sigmoid);
  const double sp = worst([](float x) { return softplus(x); }, truth_softplus);
  const double ls = worst([](float x) { return log_sigmoid(x); }, [](L x) { return -truth_softplus(-x); });
  const double t = worst([](float x) { return skew::tanh(x); }, [](L x) { return std::tanh(x); });
  std::printf("ULP: exp %.2f log %.2f log1p %.2f sigmoid %.2f softplus %.2f log_sigmoid %.2f tanh %.2f\n", e, l, l1, s,
              sp, ls, t);
  CHECK(e <= 2);
  CHECK(l <= 2);
  CHECK(l1 <= 4);
  CHECK(s <= 4);
  CHECK(sp <= 4);
  CHECK(ls <= 4);
  CHECK(t <= 4);
}

TEST_CASE("the normal distribution is right to 8 ULP, in its tail too") {
  const double g = worst([](float x) { return gauss(x); }, [](L x) { return std::exp(-x * x / 2); });
  const double n = worst([](float x) { return normal_cdf(x); }, [](L x) { return std::erfc(-x * std::sqrt(.5L)) / 2; });
  std::printf("ULP: gauss %.2f normal_cdf %.2f\n", g, n);
  CHECK(g <= 4);
  CHECK(n <= 8);
}

TEST_CASE("the logarithms with narrower domains are right there") {
  CHECK(worst([](float x) { return log1p_unit(x); }, [](L x) { return std::log1p(x); }, 0, 1) <= 2);
  CHECK(worst([](float x) { return log_normal(x); }, [](L x) { return std::log(x); }, 1.17549435e-38f, 3.4e38f) <= 2);
  // q = 1 − r with r given exactly
  CHECK(worst([](float r) { return log_near_one(1 - r, -r); }, [](L r) { return std::log1p(-r); }, 0, 0.25f) <= 2);
}

TEST_CASE("pow is right to 4 ULP for exponents up to 4") {
  for (float exponent : {0.0f, 0.25f, 0.5f, 1.0f, 1.5f, 2.0f, 3.0f, 3.7f, 4.0f, -1.0f, -2.5f}) {
    const double e =
        worst([=](float x) { return skew::pow(x, exponent); }, [=](L x) { return std::pow(x, L(exponent)); });
    INFO("exponent " << exponent << ": " << e << " ULP");
    CHECK(e <= 4);
  }
}

TEST_CASE("the ends of the range") {
  const float inf = std::numeric_limits<float>::infinity(), largest = std::numeric_limits<float>::max();
  for (float x : {88.0f, 88.7f, 89.0f, 104.0f, largest, inf}) {
    CHECK(sigmoid(x) == 1.0f);
    CHECK(softplus(x) == x);
    CHECK(skew::tanh(x) == 1.0f);
    CHECK(skew::tanh(-x) == -1.0f);
    CHECK(log_sigmoid(-x) == -x);
  }
  CHECK(skew::exp(-104.0f) == 0.0f);
  CHECK(skew::exp(-103.99f) == 0.0f);  // below half the smallest denormal
  CHECK(skew::exp(-103.2f) > 0.0f);
  CHECK(skew::exp(88.8f) == inf);
  CHECK(skew::log(0.0f) == -inf);
  CHECK(skew::pow(0.0f, 0.0f) == 1.0f);
  CHECK(skew::pow(-2.0f, 3.0f) == Approx(-8.0f));
}
