// ZLPR and the two-way loss beside their written formulas, their relation to cross-entropy, soft labels, masks, empty
// sides, far logits and refusals.
#include <catch2/catch.hpp>
#include <cstdlib>

#include "core/backward.h"
#include "core/error.h"
#include "core/random.h"
#include "losses/cross_entropy.h"
#include "losses/kinds/softmax/op.h"
#include "losses/table/loss_table.h"

using namespace skew;

namespace {

std::vector<double> plain(const Tensor& t) { return t.doubles(); }
Tensor doubles(const std::vector<double>& v, Shape s) { return Tensor::from(v, s, Device::reference); }
Tensor put(const Tensor& t, Device device) { return (device == Device::cpu ? t.to(DType::float32) : t).to(device); }

struct LogSumExpRun {
  std::vector<double> value, grad;
};
LogSumExpRun run(const char* name, const std::vector<double>& x, const std::vector<double>& y, Shape shape,
                 Device device, LossArgs args = {}) {
  Tensor logits = put(doubles(x, shape), device);
  logits.set_requires_grad();
  const Tensor l = loss(make_loss(name), logits, put(doubles(y, shape), device), args);
  backward(l, Tensor::full(l.shape(), 1, l.dtype(), device));
  return {plain(l), plain(logits.grad())};
}

Long softplus_of(Long x) { return x > 0 ? x + std::log1p(std::exp(-x)) : std::log1p(std::exp(x)); }

// The formulas as written, in long double; rows of n·c logits.
Long zlpr(const std::vector<Long>& x, const std::vector<double>& y) {
  Long neg = 1, pos = 1;
  for (size_t k = 0; k < x.size(); ++k) neg += Long(1 - y[k]) * std::exp(x[k]), pos += Long(y[k]) * std::exp(-x[k]);
  return std::log(neg) + std::log(pos);
}
Long two_way(const std::vector<Long>& x, const std::vector<double>& y, size_t n, size_t c) {
  Long means[2] = {0, 0};
  for (int way = 0; way < 2; ++way) {
    const size_t lines = way ? c : n, length = way ? n : c;
    int counted = 0;
    for (size_t line = 0; line < lines; ++line) {
      Long neg = 0, pos = 0;
      for (size_t k = 0; k < length; ++k) {
        const size_t i = way ? k * c + line : line * c + k;
        neg += Long(1 - y[i]) * std::exp(x[i]), pos += Long(y[i]) * std::exp(-x[i] / 4);
      }
      if (pos == 0) continue;
      ++counted;
      if (neg > 0) means[way] += softplus_of(std::log(neg) + 4 * std::log(pos));
    }
    if (counted) means[way] /= counted;
  }
  return means[0] + means[1];
}

// The mean over n rows of c classes.
Long mean_zlpr(const std::vector<Long>& x, const std::vector<double>& y, size_t n, size_t c) {
  Long sum = 0;
  for (ptrdiff_t first = 0; first < ptrdiff_t(n * c); first += ptrdiff_t(c))
    sum += zlpr({x.begin() + first, x.begin() + first + ptrdiff_t(c)},
                {y.begin() + first, y.begin() + first + ptrdiff_t(c)});
  return sum / Long(n);
}

}  // namespace

TEST_CASE("value and gradient of zlpr and two_way are those of their formulas") {
  Generator random(1);
  for (const bool soft : {false, true}) {
    const size_t n = 5, c = 70;
    std::vector<double> x, y;
    for (size_t i = 0; i < n * c; ++i) {
      x.push_back(3 * random.normal());
      y.push_back(soft ? random.uniform() : double(random.below(4) == 0));
    }
    for (const char* name : {"zlpr", "two_way"}) {
      auto value = [&](const std::vector<Long>& at) {
        if (std::string(name) == "two_way") return two_way(at, y, n, c);
        return mean_zlpr(at, y, n, c);
      };
      const std::vector<Long> at(x.begin(), x.end());
      const LogSumExpRun mine = run(name, x, y, {ptrdiff_t(n), ptrdiff_t(c)}, Device::reference);
      const LogSumExpRun fast = run(name, x, y, {ptrdiff_t(n), ptrdiff_t(c)}, Device::cpu);
      INFO(name << (soft ? " soft" : " hard"));
      CHECK(mine.value[0] == Approx(double(value(at))).epsilon(1e-13));
      CHECK(fast.value[0] == Approx(double(value(at))).epsilon(1e-6));
      for (size_t i = 0; i < n * c; ++i) {
        const Long h = 1e-4L;
        auto moved = [&](Long step) {
          std::vector<Long> there = at;
          there[i] += step;
          return value(there);
        };
        const double numeric = double((8 * (moved(h) - moved(-h)) - (moved(2 * h) - moved(-2 * h))) / (12 * h));
        CHECK(mine.grad[i] == Approx(numeric).epsilon(1e-9).margin(1e-13));
        CHECK(fast.grad[i] == Approx(numeric).epsilon(2e-6).margin(1e-8));
      }
    }
  }
}

TEST_CASE("gradients of zlpr and two_way agree with long-double differences, 20,000 or with SKEW_LONG=1 a million") {
  const char* more = std::getenv("SKEW_LONG");
  const int batches = more && *more ? 41667 : 834;
  const size_t n = 4, c = 6;
  Generator random(2);
  for (const char* name : {"zlpr", "two_way"}) {
    double worst = 0;
    for (int k = 0; k < batches; ++k) {
      const double spread = k % 3 == 0 ? 40 : k % 3 == 1 ? 3 : 0.5;
      std::vector<double> x, y;
      for (size_t i = 0; i < n * c; ++i) {
        x.push_back(spread * random.normal());
        y.push_back(k % 2 ? random.uniform() : double(random.below(4) == 0));
      }
      std::vector<Long> at(x.begin(), x.end());
      auto value = [&] {
        if (*name == 't') return two_way(at, y, n, c);
        return mean_zlpr(at, y, n, c);
      };
      const LogSumExpRun mine = run(name, x, y, {ptrdiff_t(n), ptrdiff_t(c)}, Device::reference);
      for (size_t i = 0; i < n * c; ++i) {
        const Long h = 2e-4L, here = at[i];
        auto moved = [&](Long step) {
          at[i] = here + step;
          return value();
        };
        const double numeric = double((8 * (moved(h) - moved(-h)) - (moved(2 * h) - moved(-2 * h))) / (12 * h));
        at[i] = here;
        worst = std::max(worst, std::abs(mine.grad[i] - numeric) / (1e-3 + std::abs(numeric)));
      }
    }
    INFO(name << " worst " << worst);
    CHECK(worst <= 2e-10);
  }
}

TEST_CASE("zlpr with one positive is two cross-entropies against a threshold class of logit 0") {
  const std::vector<double> x = {0.3, -1.2, 2.5, 0.7}, y = {0, 0, 1, 0};
  auto entropy = [](std::vector<double> logits) {
    const ptrdiff_t n = ptrdiff_t(logits.size());
    return loss(CrossEntropy{}, doubles(logits, {1, n}), Tensor::from(std::vector<int64_t>{0}, {1}, Device::reference))
        .item();
  };
  CHECK(run("zlpr", x, y, {1, 4}, Device::reference).value[0] ==
        Approx(entropy({0, 0.3, -1.2, 0.7}) + entropy({2.5, 0})).epsilon(1e-14));
}

TEST_CASE("masks, weights and reductions of zlpr and two_way") {
  const std::vector<double> x = {0.3, -1.2, 2.5, 0.7, 0.1, -0.4}, y = {0, 1, 1, NAN, 1, -1};
  const Tensor mask = doubles({1, 1, 1, 0, 1, 0}, {2, 3});
  for (const Device device : {Device::reference, Device::cpu}) {
    const LossArgs none{.reduction = Reduction::none, .mask = put(mask, device)};
    const LogSumExpRun a = run("zlpr", x, y, {2, 3}, device, none);
    CHECK(a.value[0] == Approx(std::log1p(std::exp(.3)) + std::log(1 + std::exp(1.2) + std::exp(-2.5))));
    CHECK(a.value[1] == Approx(std::log1p(std::exp(-.1))));
    CHECK((a.grad[3] == 0 && a.grad[5] == 0));
    CHECK(run("zlpr", x, y, {2, 3}, device, {.mask = put(mask, device)}).value[0] ==
          Approx((a.value[0] + a.value[1]) / 2));
    const LossArgs weighed{
        .reduction = Reduction::none, .class_weights = put(doubles({2, 1, 1}, {3}), device), .mask = put(mask, device)};
    CHECK(run("zlpr", x, y, {2, 3}, device, weighed).value[0] ==
          Approx(std::log1p(2 * std::exp(.3)) + std::log(1 + std::exp(1.2) + std::exp(-2.5))));
    for (const char* name : {"zlpr", "two_way"})
      CHECK(run(name, x, y, {2, 3}, device, {.mask = put(doubles({0, 0, 0, 0, 0, 0}, {2, 3}), device)}).value[0] == 0);
  }
}

TEST_CASE("a batch without positives or without negatives, and far logits, stay finite") {
  const std::vector<double> x = {0.3, -1.2, 2.5, 0.7};
  for (const Device device : {Device::reference, Device::cpu}) {
    CHECK(run("two_way", x, {0, 0, 0, 0}, {2, 2}, device).value[0] == 0);
    CHECK(run("two_way", x, {1, 1, 1, 1}, {2, 2}, device).value[0] == 0);
    CHECK(run("zlpr", x, {1, 1, 1, 1}, {2, 2}, device, {.reduction = Reduction::none}).value[0] ==
          Approx(std::log(1 + std::exp(-.3) + std::exp(1.2))));
    for (const char* name : {"zlpr", "two_way"})
      for (const double v :
           {1e-45, 15.9, 36.8, 88.0, 104.0, 746.0, 1e4, 1e30, 3.4028234e38, device == Device::cpu ? 3e38 : 1.7976e308})
        for (const auto& labels :
             {std::vector<double>{1, 0, 0, 1}, {0, 1, 1, 1}, {0, 0, 0, 1}, {1e-30, .5, 1, 0.99999994}})
          for (const std::vector<double>& x : {std::vector<double>{v, -v, v / 2, -v}, {-v, v, v, v}, {-v, v, v, -v}}) {
            const LogSumExpRun r = run(name, x, labels, {2, 2}, device);
            INFO(name << " on " << device << " at " << v);
            bool finite = std::isfinite(r.value[0]);
            for (const double g : r.grad) finite &= std::isfinite(g);
            CHECK(finite);
          }
  }
}

TEST_CASE("extreme temperatures and the largest logits stay finite together") {
  const Long largest = std::numeric_limits<double>::max();
  for (const Device device : {Device::reference, Device::cpu})
    for (const char* t_pos : {"0.0001", "4", "10000"})
      for (const char* t_neg : {"0.0001", "1", "10000"})
        for (const double v : {1.0, 1e30, device == Device::cpu ? 3.4028234e38 : double(largest)}) {
          Tensor x = put(doubles({-v, v, v, -v}, {2, 2}), device);
          x.set_requires_grad();
          const AnyLoss l = make_loss("two_way", {{"t_pos", t_pos}, {"t_neg", t_neg}});
          const Tensor value = loss(l, x, put(doubles({1, 0, 0, 1}, {2, 2}), device));
          backward(value);
          INFO(l.print() << " on " << device << " at " << v);
          bool finite = std::isfinite(value.item());
          for (const double g : plain(x.grad())) finite &= std::isfinite(g);
          CHECK(finite);
        }
}

TEST_CASE("the cpu's blocks, strips and tiles agree with the reference in any shape") {
  Generator random(5);
  for (const auto& [n, c] :
       {std::pair<ptrdiff_t, ptrdiff_t>{700, 13}, {3, 5000}, {2000, 40}, {130, 300}, {5, 0}, {0, 5}})
    for (const int kind : {0, 1, 2, 3}) {  // hard, soft, masked, weighted
      std::vector<double> x, y, m, w;
      for (ptrdiff_t i = 0; i < n * c; ++i) {
        x.push_back(double(float(3 * random.normal())));
        y.push_back(kind == 1 && i % 3 ? double(float(random.uniform())) : double(random.below(10) == 0));
        m.push_back(double(random.below(3) > 0)), w.push_back(double(float(random.uniform())));
        if (kind == 2 && m.back() == 0) y.back() = NAN;
      }
      for (const char* name : {"zlpr", "two_way"}) {
        auto on = [&](Device device) {
          LossArgs args;
          if (kind == 2) args.mask = put(doubles(m, {n, c}), device);
          if (kind == 3) args.weights = put(doubles(w, {n, c}), device);
          return run(name, x, y, {n, c}, device, args);
        };
        const LogSumExpRun a = on(Device::cpu), truth = on(Device::reference);
        INFO(name << " [" << n << ", " << c << "] kind " << kind);
        CHECK(a.value[0] == Approx(truth.value[0]).epsilon(1e-6));
        double worst = 0, scale = 1e-9;
        for (size_t i = 0; i < a.grad.size(); ++i)
          worst = std::max(worst, std::abs(a.grad[i] - truth.grad[i])),
          scale = std::max(scale, std::abs(truth.grad[i]));
        CHECK(worst <= 4e-6 * scale);
      }
    }
}

TEST_CASE("a tiny soft label keeps its gradient") {
  struct Case {
    Device device;
    DType type;
    double y;
  };
  for (const Case& c : {Case{Device::reference, DType::float64, 1e-300}, Case{Device::reference, DType::float64, 1e-36},
                        Case{Device::cpu, DType::float32, 1e-37}}) {
    const double x = std::log(c.y) - 2;  // so that y·e^(−x) = e^2
    Tensor logits = Tensor::full({1, 1}, x, c.type, c.device);
    logits.set_requires_grad();
    backward(loss(make_loss("zlpr"), logits, Tensor::full({1, 1}, c.y, c.type, c.device)));
    CHECK(logits.grad().item() == Approx(-1 / (1 + std::exp(-2.))).epsilon(1e-5));
  }
}

TEST_CASE("zlpr and two_way refuse with the reason") {
  const Tensor x = Tensor::zeros({2, 3});
  CHECK(make_loss("twoway").print() == "two_way(t_pos=4 t_neg=1)");
  CHECK_THROWS_WITH(loss(make_loss("two_way"), x, x, {.reduction = Reduction::none}),
                    Catch::Contains("none is not defined"));
  CHECK_THROWS_WITH(make_loss("two_way", {{"t_pos", "0"}}),
                    Catch::Contains("two_way: t_pos must be in [0.0001, 10000], got 0"));
  CHECK_THROWS_WITH(loss(make_loss("zlpr"), x, Tensor::full({2, 3}, 1.5)),
                    Catch::Contains("zlpr: the target at row 0, column 0"));
  CHECK_THROWS_AS(loss(make_loss("zlpr"), Tensor::zeros({3}), Tensor::zeros({3})), ShapeError);
  CHECK_THROWS_AS(make_loss("zlpr").at(0, 1), ValueError);
}
