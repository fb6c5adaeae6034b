// Clipping beyond the golden cases: shared and missing gradients, numbers that are not finite, long sums.
#include "models/optim/clip.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "core/error.h"
#include "core/parallel.h"

using namespace skew;

namespace {
Tensor with_gradient(const std::vector<float>& gradient, Device device = Device::cpu) {
  Tensor p = Tensor::zeros({ptrdiff_t(gradient.size())}, DType::float32, device);
  p.set_grad(Tensor::from(gradient, {ptrdiff_t(gradient.size())}, device));
  return p;
}
}  // namespace

TEST_CASE("a gradient that two parameters share is scaled once for each") {
  for (const Device device : {Device::reference, Device::cpu}) {
    Tensor p = with_gradient({3, 4}, device), q = Tensor::zeros({2}, DType::float32, device);
    q.set_grad(p.grad());
    const Tensor seen = p.grad();
    CHECK(clip_grad_norm({p, q}, 1) == Approx(std::sqrt(50.)));
    CHECK(p.grad().values<float>() == q.grad().values<float>());
    CHECK(p.grad().values<float>()[0] == Approx(3 / std::sqrt(50.)));
    CHECK(seen.values<float>() == std::vector<float>{3, 4});
    q.set_grad(p.grad());
    clip_grad_value({p, q}, .25);
    CHECK(q.grad().values<float>() == std::vector<float>{.25f, .25f});
  }
}

TEST_CASE("a gradient of one's own is scaled where it is") {
  const Tensor p = with_gradient({3, 4});
  const void* memory = p.grad().storage()->address();
  clip_grad_norm({p}, 1);
  CHECK(p.grad().storage()->address() == memory);
  CHECK(p.grad().storage()->version() == 1);
}

TEST_CASE("parameters without a gradient do not count; small norms and infinite bounds change nothing") {
  const Tensor p = with_gradient({3, 4}), q = Tensor::zeros({2});
  CHECK(clip_grad_norm({p, q}, 6) == 5);
  CHECK(clip_grad_norm({p, q}, INFINITY) == 5);
  CHECK(p.grad().storage()->version() == 0);
  CHECK_FALSE(q.grad().defined());
  CHECK(clip_grad_norm({q}, 1) == 0);
  CHECK(clip_grad_norm({}, 1) == 0);
  CHECK(grad_norm({p}, 1) == 7);
  CHECK(grad_norm({p}, INFINITY) == 4);
  CHECK(grad_norm({p}, 3) == Approx(std::cbrt(91.)).epsilon(1e-15));
}

TEST_CASE("a NaN shows in every norm") {
  for (const double type : {.5, 1., 2., 3., double(INFINITY)}) {
    CHECK(std::isnan(grad_norm({with_gradient({1, NAN, 2}), with_gradient({5})}, type)));
    CHECK(std::isinf(grad_norm({with_gradient({1, INFINITY, 2})}, type)));
  }
  const Tensor p = with_gradient({1, NAN, -2});
  clip_grad_value({p}, 1);
  CHECK(std::isnan(p.grad().values<float>()[1]));
  clip_grad_norm({p}, 1);
  CHECK(std::isnan(p.grad().values<float>()[0]));
}

TEST_CASE("clipping: arguments out of range are refused") {
  const Tensor p = with_gradient({1});
  for (const double bad : {-1., double(NAN)}) {
    CHECK_THROWS_AS(clip_grad_norm({p}, bad), ValueError);
    CHECK_THROWS_AS(clip_grad_value({p}, bad), ValueError);
    CHECK_THROWS_AS(clip_grad_norm({p}, 1, bad), ValueError);
  }
  CHECK_THROWS_AS(grad_norm({p}, 0), ValueError);
}

TEST_CASE("sums of squares are exact to double and the same for any number of threads") {
  const int before = threads();
  for (const ptrdiff_t n : {1, 15, 16, 17, 32768, 100001}) {
    std::vector<float> values(size_t(n), .1f);
    const Tensor p = with_gradient(values);
    set_threads(1);
    const double one = grad_norm({p});
    CHECK(one ==
          Approx(double(.1f) * std::sqrt(double(n))).epsilon(double(n + 1) * 0x1p-53));  // any order of summation
    set_threads(4);
    CHECK(grad_norm({p}) == one);
  }
  set_threads(before);
}

TEST_CASE("a parameter that is named twice counts once and is clipped once") {
  const Tensor p = with_gradient({3, 4});
  CHECK(grad_norm({p, p}) == Approx(5));
  CHECK(clip_grad_norm({p, p}, 1) == Approx(5));
  CHECK(p.grad().values<float>()[0] == Approx(.6));
}
