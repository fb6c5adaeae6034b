// The checker itself: it passes what is right, and finds what is wrong, missing, or not finite.
#include "core/gradcheck.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "core/error.h"
#include "core/op.h"
#include "ops/arithmetic.h"
#include "ops/pointwise.h"

using namespace skew;

namespace {

// 3x, with a gradient of our choice.
struct Broken : Op {
  double slope;
  explicit Broken(double slope) : slope(slope) {}
  std::string_view name() const override { return "broken"; }
  Shape shape(Inputs in) const override { return in[0].shape(); }
  Tensor forward(Inputs in, Saved&) const override {
    return mul(in[0], Tensor::full({}, 3, DType::float64, Device::reference));
  }
  Tensors backward(const Tensor& dy, const Saved&, const Needs&) const override {
    if (slope == 0) return {Tensor()};
    return {mul(dy, Tensor::full({}, slope, DType::float64, Device::reference))};
  }
};

Tensor x() { return Tensor::from(std::vector<double>{.3, -1.2, 2}, {3}, Device::reference).set_requires_grad(); }

GradcheckReport check(double slope) {
  return gradcheck([&](const Tensors& in) { return apply(Broken(slope), {in[0]}); }, {x()}, {"x"});
}

}  // namespace

TEST_CASE("a right derivative passes, one off by a millionth does not") {
  const GradcheckReport right = check(3);
  CHECK(right.ok);
  CHECK(right.checked == 3);
  CHECK_FALSE(check(3.00001).ok);
  CHECK(check(3.00001).worst > 1);
  CHECK_THAT(check(4).where, Catch::Contains("x[") && Catch::Contains("analytic") && Catch::Contains("numeric"));
}

TEST_CASE("a gradient that never arrives or is not a number fails") {
  CHECK_FALSE(check(0).ok);
  CHECK_FALSE(check(std::numeric_limits<double>::quiet_NaN()).ok);
  CHECK_FALSE(check(std::numeric_limits<double>::infinity()).ok);
}

TEST_CASE("inputs are changed back, old gradients do not matter, constants are left alone") {
  Tensor a = x(), b = x().detach();
  a.set_grad(Tensor::full({3}, 100, DType::float64, Device::reference));
  const std::vector<double> before = a.values<double>();
  const auto r = gradcheck([](const Tensors& in) { return mul(exp(in[0]), in[1]); }, {a, b}, {"a", "b"});
  CHECK(r.ok);
  CHECK(r.checked == 3);
  CHECK(a.values<double>() == before);
}

TEST_CASE("only double is precise enough") {
  Tensor f = Tensor::zeros({2}, DType::float32, Device::reference).set_requires_grad();
  CHECK_THROWS_AS(gradcheck([](const Tensors& in) { return exp(in[0]); }, {f}, {"f"}), DtypeError);
}
