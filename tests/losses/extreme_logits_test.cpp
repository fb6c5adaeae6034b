// Logits of ±infinity: the cpu's kernels make of them what the plain loops do, and softmax losses take the limit.
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "core/backward.h"
#include "losses/loss_table.h"

using namespace skew;

namespace {

constexpr float inf = std::numeric_limits<float>::infinity();

struct Run {
  std::vector<float> value, grad;
};
Run run(const AnyLoss& any, const std::vector<float>& x, Shape shape, const Tensor& target, Device device) {
  Tensor logits = Tensor::from(x, shape, device).set_requires_grad();
  const bool by_class = any.name() == "two_way";  // half of its losses belong to no image
  const Tensor l =
      loss(any, logits, target.to(device), {.reduction = by_class ? Reduction::sum : Reduction::none});
  backward(l, Tensor::full(l.shape(), 1, l.dtype(), device));
  auto plain = [](const Tensor& t) { return t.to(Device::reference).values<float>(); };
  return {plain(l), plain(logits.grad())};
}

bool same(float a, float b) {
  if (std::isnan(a) || std::isnan(b)) return std::isnan(a) == std::isnan(b);
  if (std::isinf(a) || std::isinf(b)) return a == b;
  return std::abs(a - b) <= 1e-5f * (0.1f + std::abs(b));
}

void compare(const AnyLoss& any, const std::vector<float>& x, Shape shape, const Tensor& target) {
  const Run kernel = run(any, x, shape, target, Device::cpu), plain = run(any, x, shape, target, Device::reference);
  const auto check = [&](const char* what, const std::vector<float>& a, const std::vector<float>& b) {
    REQUIRE(a.size() == b.size());
    for (size_t i = 0; i < a.size(); ++i)
      if (!same(a[i], b[i])) {
        INFO(any.name() << ": " << what << " " << i << " of the cpu " << a[i] << ", of the reference " << b[i]);
        CHECK(false);
      }
  };
  check("value", kernel.value, plain.value);
  check("slope", kernel.grad, plain.grad);
}

}  // namespace

TEST_CASE("infinite logits are to the cpu what they are to the reference") {
  const ptrdiff_t classes = 5;
  std::vector<float> x;  // every row of five logits out of −∞, −2, 1, ∞
  for (int row = 0; row < 1024; ++row)
    for (int k = 0, code = row; k < classes; ++k, code /= 4) x.push_back(std::array{-inf, -2.0f, 1.0f, inf}[size_t(code % 4)]);
  const Shape shape = {1024, classes};
  for (const std::string& name : loss_names()) {
    const AnyLoss any = make_loss(name);
    for (int64_t target = 0; target < 2; ++target) {
      std::vector<float> labels(x.size());
      for (size_t i = 0; i < labels.size(); ++i) labels[i] = float((i / classes + i % classes) % 3 == size_t(target));
      compare(any, x, shape,
              any.single_label() ? Tensor::from(std::vector<int64_t>(1024, target), {1024}) : Tensor::from(labels, shape));
    }
  }
}

TEST_CASE("a softmax over infinite logits is its limit") {
  for (const Device device : {Device::reference, Device::cpu}) {
    INFO(device);
    const Tensor target = Tensor::from(std::vector<int64_t>{1, 1, 1}, {3});
    const Run r = run(make_loss("cross_entropy"), {0, inf, 2, 3, inf, inf, -inf, -inf, -inf}, {3, 3}, target, device);
    CHECK(r.value[0] == 0);
    CHECK(r.value[1] == Approx(std::log(2)));
    CHECK(r.value[2] == Approx(std::log(3)));
    CHECK(std::vector<float>(r.grad.begin(), r.grad.begin() + 6) == std::vector<float>{0, 0, 0, 0, -.5f, .5f});
    for (const size_t k : {6, 7, 8}) CHECK(r.grad[k] == Approx(k == 7 ? -2 / 3. : 1 / 3.));
  }
}
