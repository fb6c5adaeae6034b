// Logits at the ends of float: infinite, denormal, and so large that their sum is not finite. The cpu's kernels make of
// them what the plain loops do, and softmax losses take the limit at infinity.
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdio>
#include <limits>

#include "core/backward.h"
#include "losses/table/loss_table.h"

using namespace skew;

namespace {

constexpr float inf = std::numeric_limits<float>::infinity();

struct ExtremeRun {
  std::vector<float> value, grad;
};
ExtremeRun run(const AnyLoss& any, const std::vector<float>& x, Shape shape, const Tensor& target, Device device,
               Reduction reduction) {
  Tensor logits = Tensor::from(x, shape, device).set_requires_grad();
  const Tensor l = loss(any, logits, target.to(device), {.reduction = reduction});
  backward(l, Tensor::full(l.shape(), 1, l.dtype(), device));
  auto plain = [](const Tensor& t) { return t.to(Device::reference).values<float>(); };
  return {plain(l), plain(logits.grad())};
}

bool same(float a, float b) {
  if (std::isnan(a) || std::isnan(b)) return std::isnan(a) == std::isnan(b);
  if (std::isinf(a) || std::isinf(b)) return a == b;
  return std::abs(a - b) <= 1e-5f * (0.1f + std::abs(b));
}

// The cpu beside the reference. NaN is right nowhere but in an element-wise loss, at an infinite logit (∞ − ∞).
void compare(const AnyLoss& any, const std::vector<float>& x, Shape shape, const Tensor& target) {
  const bool by_class = any.name() == "two_way";  // half of its losses belong to no image
  const Reduction reduction = by_class ? Reduction::sum : Reduction::none;
  const ExtremeRun kernel = run(any, x, shape, target, Device::cpu, reduction),
                   plain = run(any, x, shape, target, Device::reference, reduction);
  const bool one_hot = any.name() == "class_balanced_focal";  // element-wise, over the labels of a class index
  const bool couples = (any.single_label() && !one_hot) || by_class || any.name() == "zlpr";
  const auto check = [&](const char* what, const std::vector<float>& a, const std::vector<float>& b) {
    REQUIRE(a.size() == b.size());
    for (size_t i = 0; i < a.size(); ++i) {
      const bool may_be_nan = !couples && a.size() == x.size() && std::isinf(x[i]);
      if (same(a[i], b[i]) && (may_be_nan || !std::isnan(a[i]))) continue;
      INFO(any.name() << ": " << what << " " << i << " of the cpu " << a[i] << ", of the reference " << b[i]);
      CHECK(false);
    }
  };
  check("value", kernel.value, plain.value);
  check("slope", kernel.grad, plain.grad);
}

// All losses over `rows` rows whose logits come from the four given ones: every combination in turn.
void compare_all(std::array<float, 4> logits, ptrdiff_t classes, ptrdiff_t rows) {
  std::vector<float> x;
  uint32_t code = 0;
  for (ptrdiff_t row = 0; row < rows; ++row, code = uint32_t(row) * 2654435761u)
    for (ptrdiff_t k = 0; k < classes; ++k) x.push_back(logits[((classes <= 5 ? uint32_t(row) : code) >> (2 * k)) % 4]);
  const Shape shape = {rows, classes};
  for (const std::string& name : loss_names()) {
    const AnyLoss any = make_loss(name);
    for (int64_t target = 0; target < 2; ++target) {
      std::vector<float> labels(x.size());
      for (size_t i = 0; i < labels.size(); ++i)
        labels[i] = float((ptrdiff_t(i) / classes + ptrdiff_t(i) % classes) % 3 == target);
      compare(any, x, shape,
              any.single_label() ? Tensor::from(std::vector<int64_t>(size_t(rows), target), {rows})
                                 : Tensor::from(labels, shape));
    }
  }
}

}  // namespace

TEST_CASE("infinite logits are to the cpu what they are to the reference") {
  compare_all({-inf, -2, 1, inf}, 5, 1024);
  compare_all({-inf, -2, 1, inf}, 16, 1000);  // rows that fill whole lanes
}

TEST_CASE("denormal logits are to the cpu what they are to the reference") {
  compare_all({-20, -1e-40f, 1e-45f, 1e-40f}, 5, 1024);
  compare_all({-20, -1e-40f, 1e-45f, 1e-40f}, 16, 1000);
  std::vector<float> x(16, -20);
  x[3] = 1e-40f;
  compare(make_loss("cross_entropy"), x, {1, 16}, Tensor::from(std::vector<int64_t>{3}, {1}));
}

TEST_CASE("a tiny soft label keeps its loss at a far logit") {
  compare(make_loss("zlpr"), {-150, 0}, {1, 2}, Tensor::from(std::vector<float>{1e-39f, 0}, {1, 2}));
}

TEST_CASE("the mean of finite losses is finite where their float sum is not") {
  const std::vector<float> x(300, 3e38f);
  for (const std::string& name : loss_names()) {
    const AnyLoss any = make_loss(name);
    if (any.single_label() || any.name() == "two_way" || any.name() == "zlpr") continue;  // sums of rows in double
    const Tensor zeros = Tensor::zeros({300, 1});
    const float a = run(any, x, {300, 1}, zeros, Device::cpu, Reduction::mean).value[0],
                b = run(any, x, {300, 1}, zeros, Device::reference, Reduction::mean).value[0];
    INFO(name << ": " << a << " and " << b);
    CHECK(std::isfinite(a));
    CHECK(same(a, b));
  }
}

TEST_CASE("weights that are not finite are refused, by every loss that takes weights") {
  for (const std::string& name : loss_names()) {
    const AnyLoss any = make_loss(name);
    const Tensor x = Tensor::zeros({2, 3});
    const Tensor target = any.single_label() ? Tensor::zeros({2}, DType::int64) : Tensor::zeros({2, 3});
    if (name == "mse") {
      std::printf("SKIPPED: weights of mse: it is made of ops, which take any number\n");
      continue;
    }
    for (const float bad : {inf, -inf, std::numeric_limits<float>::quiet_NaN()}) {
      INFO(name << ' ' << bad);
      CHECK_THROWS_AS(loss(any, x, target, {.class_weights = Tensor::from(std::vector<float>{1, bad, 1}, {3})}),
                      ValueError);
    }
  }
}

TEST_CASE("a softmax over infinite logits is its limit") {
  for (const Device device : {Device::reference, Device::cpu}) {
    INFO(device);
    const Tensor target = Tensor::from(std::vector<int64_t>{1, 1, 1}, {3});
    const ExtremeRun r = run(make_loss("cross_entropy"), {0, inf, 2, 3, inf, inf, -inf, -inf, -inf}, {3, 3}, target,
                             device, Reduction::none);
    CHECK(r.value[0] == 0);
    CHECK(r.value[1] == Approx(std::log(2)));
    CHECK(r.value[2] == Approx(std::log(3)));
    CHECK(std::vector<float>(r.grad.begin(), r.grad.begin() + 6) == std::vector<float>{0, 0, 0, 0, -.5f, .5f});
    for (const size_t k : {6, 7, 8}) CHECK(r.grad[k] == Approx(k == 7 ? -2 / 3. : 1 / 3.));
  }
}
