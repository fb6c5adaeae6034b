// What the registry's tests do not see: running statistics, NaN through the fused relu, statistics saved in evaluation.
#include "ops/batch_norm.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "core/backward.h"
#include "core/error.h"

using namespace skew;
using Values = std::vector<double>;

namespace {
// Two channels of four values: means 1.5 and 25, unbiased variances 5/3 and 500/3.
Tensor two_channels() { return Tensor::from(Values{0, 1, 10, 20, 2, 3, 30, 40}, {2, 2, 2}, Device::reference); }
Tensor pair(double a, double b) { return Tensor::from(Values{a, b}, {2}, Device::reference); }
}  // namespace

TEST_CASE("training moves the running statistics by momentum, with the unbiased variance") {
  const Tensor mean = pair(1, -1), variance = pair(1, 2);
  batch_norm(two_channels(), {}, {}, mean, variance, {.momentum = .25});
  CHECK(mean.values<double>()[0] == Approx(.75 * 1 + .25 * 1.5).epsilon(1e-15));
  CHECK(mean.values<double>()[1] == Approx(.75 * -1 + .25 * 25).epsilon(1e-15));
  CHECK(variance.values<double>()[0] == Approx(.75 * 1 + .25 * 5 / 3).epsilon(1e-15));
  CHECK(variance.values<double>()[1] == Approx(.75 * 2 + .25 * 500 / 3).epsilon(1e-15));
}

TEST_CASE("evaluation leaves the running statistics alone and normalises by them") {
  const Tensor mean = pair(1, 10), variance = pair(4, 25);
  const Tensor y = batch_norm(two_channels(), {}, {}, mean, variance, {.training = false, .eps = 1e-300});
  CHECK(y.values<double>() == Values{-.5, 0, 0, 2, .5, 1, 4, 6});
  CHECK(mean.values<double>() == Values{1, 10});
  CHECK(variance.storage()->version() == 0);
}

TEST_CASE("the fused relu does not swallow a NaN") {
  Tensor x = two_channels();
  x.write<double>("test")[0] = NAN;
  const Values y = batch_norm(x, {}, {}, {}, {}, {.relu = true}).values<double>();
  CHECK(std::isnan(y[0]));
  CHECK_FALSE(std::isnan(y[2]));
}

TEST_CASE("a training step between an evaluation and its backward is noticed") {
  const Tensor mean = pair(0, 0), variance = pair(1, 1);
  Tensor x = two_channels();
  x.set_requires_grad();
  const Tensor y = batch_norm(x, {}, {}, mean, variance, {.training = false});
  batch_norm(two_channels(), {}, {}, mean, variance);
  CHECK_THROWS_AS(backward(y, Tensor::full(y.shape(), 1, DType::float64, Device::reference)), GraphError);
}
