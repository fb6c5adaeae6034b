// Pointwise losses as ops: derivatives against differences, the ends of the number range, reductions, weights, masks,
// soft targets, every instruction set and thread count, and what is refused.
#include <catch2/catch.hpp>
#include <cstdlib>

#include "core/backward.h"
#include "core/error.h"
#include "core/nonfinite.h"
#include "core/parallel.h"
#include "core/random.h"
#include "losses/apl.h"
#include "losses/asl.h"
#include "losses/bce.h"
#include "losses/class_balanced_focal.h"
#include "losses/distribution_balanced.h"
#include "losses/focal.h"
#include "losses/hill.h"
#include "losses/kinds/pointwise/register.h"
#include "losses/ldam_multi.h"
#include "losses/poly1_focal.h"
#include "losses/ral.h"
#include "losses/splc.h"
#include "losses/table/loss_table.h"

using namespace skew;

namespace {

std::vector<AnyLoss> all_losses() {
  std::vector<AnyLoss> list;
  for (const auto& [name, row] : loss_table())
    if (row.pointwise && !row.single_label) list.push_back(make_loss(name));
  for (const LossParameters& p :
       std::vector<LossParameters>{{{"gamma_neg", "0.5"}, {"gamma_pos", "0.3"}, {"clip", "0"}},
                                   {{"gamma_neg", "2.5"}, {"form", "paper"}, {"parity", "true"}},
                                   {{"gamma_neg", "1"}, {"clip", "0"}, {"epsilon_neg", ".3"}},
                                   {{"terms", "3,4"}}})
    list.push_back(make_loss("ral", p));
  list.push_back(
      make_loss("asl", {{"gamma_neg", "0.2"}, {"gamma_pos", "0.2"}, {"clip", "0"}, {"detach_focus", "false"}}));
  list.push_back(make_loss("focal", {{"gamma", "0.5"}}));
  list.push_back(make_loss("hill", {{"gamma", "1.5"}, {"margin", "-2"}}));
  list.push_back(make_loss("splc", {{"epoch", "1"}}));
  list.push_back(make_loss("poly1_focal", {{"gamma", "0.5"}, {"alpha", "-1"}}));
  return list;
}

struct PointwiseRun {
  std::vector<double> value, grad;
};
PointwiseRun elements(const AnyLoss& l, const std::vector<double>& x, const std::vector<double>& y, Device device,
                      LossArgs args = {}) {
  const DType type = device == Device::cpu ? DType::float32 : DType::float64;
  const ptrdiff_t n = ptrdiff_t(x.size());
  Tensor logits = Tensor::from(x, {n, 1}, Device::reference).to(type).to(device);
  logits.set_requires_grad();
  args.reduction = Reduction::none;
  const Tensor t = loss(l, logits, Tensor::from(y, {n, 1}, Device::reference).to(type).to(device), args);
  backward(t, Tensor::full({n, 1}, 1, type, device));
  auto plain = [](const Tensor& v) { return v.doubles(); };
  return {plain(t), plain(logits.grad())};
}

Tensor tensor(const std::vector<float>& v, Shape shape) { return Tensor::from(v, shape); }

std::vector<float> normals(size_t n, uint64_t seed) {
  Generator random(seed);
  std::vector<float> v(n);
  for (float& x : v) x = float(2 * random.normal());
  return v;
}
std::vector<float> labels(size_t n, uint64_t seed) {
  Generator random(seed);
  std::vector<float> v(n);
  for (float& y : v) y = random.uniform() < 0.2 ? 1.0f : 0.0f;
  return v;
}

}  // namespace

namespace {

// d/dx by a five-point difference in long double: error ∝ h⁴, rounding 1e-19/h.
template <class L> Long difference(const L& loss, Long x, Long y, Long h) {
  const ElementNumbers<double> numbers = numbers_at(loss, double(y), 0);
  const ElementNumbers<Long> n{numbers.first, numbers.second, numbers.row};
  auto f = [&](Long at) {
    return with_exponents_of<L, false>(exponents_of(loss), [&](auto p) {
      using P = decltype(p);
      return y == 0 || y == 1 ? evaluate<P, L>(kernel_of(loss), at, y == 1, n)
                              : evaluate<P, L>(kernel_of(loss), at, y, n);
    });
  };
  return (8 * (f(x + h) - f(x - h)) - (f(x + 2 * h) - f(x - 2 * h))) / (12 * h);
}

// At `points` logits in [−120, 120], dense around 0, with labels 0, 1 and between; the kinks at p = clip, at SPLC's τ
// and at the parity clamps are stepped over.
template <class L> void check_derivative(const L& loss, int points, Long h = 2e-4L) {
  const AnyPointwise<L> any(loss);
  Generator random(1);
  double worst = 0;
  for (int k = 0; k < points; ++k) {
    const double range = k % 4 == 0 ? 120 : 12, y = k % 3 == 0 ? random.uniform() : double(k % 2);
    double x = range * (2 * random.uniform() - 1);
    const double ends[] = {88, -88, 104, -104, 1e-310, -1e-310, 88.7, -87.4};
    if (k < 16) x = ends[k / 2];
    bool kink = std::abs(x - std::log(.05 / .95)) < 1e-3 || std::abs(std::abs(x) - 18.4207) < 1e-2 ||
                std::abs(x - std::log(.6 / .4)) < 1e-3;
    if (kink) continue;
    const double numeric = double(difference(loss, Long(x), Long(y), h)), dual = any.at(x, y, 0).dx;
    const double error = std::abs(dual - numeric) / (1e-3 + std::abs(numeric));
    worst = std::max(worst, error);
    if (error > 2e-10) {
      INFO(L::name << " x = " << x << " y = " << y);
      CHECK(dual == Approx(numeric).epsilon(2e-10));
    }
  }
  INFO(L::name << " worst " << worst);
  CHECK(worst <= 2e-10);
}

}  // namespace

TEST_CASE("derivatives agree with long-double differences") {
  const char* more = std::getenv("SKEW_LONG");
  const int points = more && *more ? 1000000 : 100000;
  check_derivative(Ral{}, points);
  check_derivative(Ral{.gamma_neg = 2.5, .gamma_pos = 0.7, .clip = 0, .epsilon_neg = 0.3}, points);
  check_derivative(Ral{.form = RalForm::paper, .parity = true}, points);
  check_derivative(Ral{.terms = {3, 4}}, points);
  check_derivative(Asl{.detach_focus = false}, points);
  check_derivative(Asl{.gamma_neg = 3, .gamma_pos = 2, .clip = 0, .detach_focus = false}, points);
  check_derivative(Apl{.detach_focus = false}, points);
  check_derivative(Hill{}, points);
  check_derivative(Focal{}, points);
  check_derivative(Focal{.gamma = 0.5, .alpha = -1}, points);
  check_derivative(Bce{}, points);
  check_derivative(Splc{}, points);
  check_derivative(Splc{.epoch = 1}, points);
  check_derivative(Poly1Focal{}, points);
  check_derivative(DistributionBalanced{}, points);
  check_derivative(DistributionBalanced{.gamma = 0.5, .class_freq = {{3}}, .train_num = 500}, points);
  check_derivative(LdamMulti{}, points, 1e-5L);  // 30 times steeper
  check_derivative(ClassBalancedFocal{}, points);
}

TEST_CASE("curvature agrees with differences of the derivative") {
  Generator random(2);
  for (const AnyLoss& l : all_losses())
    for (int k = 0; k < 3000; ++k) {
      const double x = 12 * (2 * random.uniform() - 1), y = k % 3 == 0 ? random.uniform() : double(k % 2), h = 1e-4;
      bool detached = false;
      for (const FieldInfo& p : l.parameters()) detached |= p.name == "detach_focus" && p.value == "true";
      if (detached || std::abs(x - std::log(.05 / .95)) < 3 * h || std::abs(x - std::log(.6 / .4)) < 3 * h) continue;
      const double numeric = (l.at(x + h, y).dx - l.at(x - h, y).dx) / (2 * h), dual = l.at(x, y).d2x;
      if (std::abs(dual - numeric) > 1e-5 * (1 + std::abs(numeric))) {
        INFO(l.print() << " x = " << x << " y = " << y);
        CHECK(dual == Approx(numeric).epsilon(1e-5));
      }
    }
}

TEST_CASE("no finite logit gives NaN or Inf, in float or double, hard or soft") {
  std::vector<double> x = {0.0, -0.0};
  for (double v : {1e-45, 1e-40, 1.17549435e-38, 1e-30, 1e-8,  1e-3,  1.0,  2.9444389, 15.9,
                   16.6,  18.42, 36.7,           69.0,  69.1,  87.3,  87.7, 88.0,      88.7,
                   89.0,  103.9, 104.0,          200.0, 709.0, 745.2, 1e4,  1e30,      3.4028234e38})
    x.push_back(v), x.push_back(-v);
  for (float v = -110; v <= 110; v += 0.0371f) x.push_back(v);
  for (const AnyLoss& l : all_losses())
    for (double y : {0.0, 1.0, 0.3, 1e-30, 0.99999994}) {
      for (Device device : {Device::reference, Device::cpu}) {
        const PointwiseRun r = elements(l, x, std::vector<double>(x.size(), y), device);
        for (size_t i = 0; i < x.size(); ++i)
          if (!std::isfinite(r.value[i]) || !std::isfinite(r.grad[i])) {
            INFO(l.print() << " on " << device << " x = " << x[i] << " y = " << y << " value " << r.value[i]
                           << " slope " << r.grad[i]);
            CHECK(false);
          }
      }
      for (double v : {5e-324, 1e-310, 1e-300, 1e30, 1e100, 1e300, 1.7e308})
        for (double sign : {-1.0, 1.0}) {
          INFO(l.print() << " in double at " << sign * v << " y = " << y);
          CHECK(std::isfinite(l.at(sign * v, y).value));
          CHECK(std::isfinite(l.at(sign * v, y).dx));
        }
    }
}

TEST_CASE("the cpu agrees with the reference for every parameter set, hard and soft") {
  std::vector<double> x, y;
  Generator random(3);
  for (int i = 0; i < 3000; ++i) {
    x.push_back(double(float(4 * random.normal())));
    // strips of zeros, of ones, with one at the end, with 37 and with 128, for the ones are packed by 32; then soft
    // ones
    const bool one = i < 256 ? false : i < 512 ? true : i < 768 ? i == 767 : i < 1024 ? i % 7 == 0 : i % 2 == 1;
    y.push_back(i < 1536 ? double(one) : double(float(random.uniform())));
  }
  for (const AnyLoss& l : all_losses()) {
    const PointwiseRun a = elements(l, x, y, Device::cpu), b = elements(l, x, y, Device::reference);
    for (size_t i = 0; i < x.size(); ++i)
      if (std::abs(a.value[i] - b.value[i]) > 4e-6 * (0.1 + std::abs(b.value[i])) ||
          std::abs(a.grad[i] - b.grad[i]) > 4e-6 * (0.1 + std::abs(b.grad[i]))) {
        INFO(l.print() << " x = " << x[i] << " y = " << y[i] << ": " << a.value[i] << " " << b.value[i] << ", slopes "
                       << a.grad[i] << " " << b.grad[i]);
        CHECK(false);
      }
  }
}

TEST_CASE("reductions, and the factor between them") {
  const std::vector<float> x = normals(15, 5), y = labels(15, 6);
  auto run = [&](Reduction reduction) {
    Tensor logits = tensor(x, {3, 5});
    logits.set_requires_grad();
    const Tensor l = loss(Ral{}, logits, tensor(y, {3, 5}), {.reduction = reduction});
    backward(l);
    return std::pair(l.item(), logits.grad().values<float>()[7]);
  };
  const auto [sum, slope] = run(Reduction::sum);
  for (Reduction r : {Reduction::mean, Reduction::batch_mean}) {
    CHECK(run(r).first == Approx(sum * reduction_scale(r, 3, 15)));
    CHECK(run(r).second == Approx(slope * reduction_scale(r, 3, 15)));
  }
  CHECK(reduction_scale(Reduction::mean, 3, 15) == 1.0 / 15);
  CHECK(reduction_scale(Reduction::batch_mean, 3, 15) == 1.0 / 3);
  const Tensor none = loss(Ral{}, tensor(x, {3, 5}), tensor(y, {3, 5}), {.reduction = Reduction::none});
  CHECK(none.shape() == Shape{3, 5});
  double total = 0;
  for (float v : none.values<float>()) total += v;
  CHECK(total == Approx(sum));
  CHECK_THROWS_WITH(parse_reduction("batchmean"), Catch::Contains("did you mean 'batch_mean'?"));
}

TEST_CASE("class weights, element weights and masks") {
  const std::vector<float> x = normals(12, 7);
  std::vector<float> y = labels(12, 8);
  const std::vector<float> class_weights = {1, 2, 0.5f}, mask = {1, 0, 1, 1, 1, 1, 0, 1, 1, 1, 0, 1};
  const std::vector<float> plain =
      loss(Asl{}, tensor(x, {4, 3}), tensor(y, {4, 3}), {.reduction = Reduction::none}).values<float>();
  for (size_t i = 0; i < 12; ++i)
    if (mask[i] == 0) y[i] = i % 2 ? -1 : NAN;  // unknown labels may be anything
  double expected = 0;
  for (size_t i = 0; i < 12; ++i) expected += double(plain[i]) * double(mask[i]) * double(class_weights[i % 3]);
  Tensor logits = tensor(x, {4, 3});
  logits.set_requires_grad();
  const LossArgs args{.class_weights = tensor(class_weights, {3}), .mask = tensor(mask, {4, 3})};
  const Tensor l = loss(Asl{}, logits, tensor(y, {4, 3}), args);
  backward(l);
  CHECK(l.item() == Approx(expected / 9));
  for (size_t i = 0; i < 12; ++i)
    if (mask[i] == 0) CHECK(logits.grad().values<float>()[i] == 0);
  const Tensor rows = loss(Asl{}, tensor(x, {4, 3}), tensor(labels(12, 8), {4, 3}),
                           {.reduction = Reduction::none, .weights = tensor({0, 1, 2, 3}, {4, 1})});
  for (size_t i = 0; i < 12; ++i) CHECK(rows.values<float>()[i] == Approx(plain[i] * float(i / 3)));
  const LossArgs nothing{.mask = Tensor::zeros({4, 3})};
  CHECK(loss(Asl{}, tensor(x, {4, 3}), tensor(y, {4, 3}), nothing).item() == 0);
}

TEST_CASE("class weights stay on their classes when a row goes over the kernels' blocks") {
  for (const auto& [rows, classes] : {std::pair<ptrdiff_t, ptrdiff_t>{131, 97}, {3, 9605}, {4097, 3}, {7, 4096}}) {
    const size_t n = size_t(rows * classes);
    std::vector<float> weight(static_cast<size_t>(classes));
    for (size_t c = 0; c < weight.size(); ++c) weight[c] = float(1 + c % 89);
    auto values_and_slopes = [&](const LossArgs& args) {
      Tensor x = tensor(normals(n, 20), {rows, classes});
      x.set_requires_grad();
      const Tensor l = loss(Asl{}, x, tensor(labels(n, 21), {rows, classes}), args);
      backward(l, Tensor::full(l.shape(), 1));
      return std::pair{l.values<float>(), x.grad().values<float>()};
    };
    const auto [plain, slope] = values_and_slopes({.reduction = Reduction::none});
    const auto [weighted, weighted_slope] =
        values_and_slopes({.reduction = Reduction::none, .class_weights = tensor(weight, {classes})});
    size_t off = 0;
    for (size_t i = 0; i < n; ++i) {
      const float w = weight[i % size_t(classes)];
      off +=
          weighted[i] != Approx(w * plain[i]).epsilon(1e-6) || weighted_slope[i] != Approx(w * slope[i]).epsilon(1e-6);
    }
    INFO(rows << " x " << classes);
    CHECK(off == 0);
  }
}

TEST_CASE("one pos_weight per class") {
  const std::vector<float> x = normals(6, 9), y = {1, 0, 1, 1, 1, 0};
  Bce bce;
  bce.pos_weight = std::vector<double>{2, 3, 4};
  const auto weighted = loss(bce, tensor(x, {2, 3}), tensor(y, {2, 3}), {.reduction = Reduction::none}).values<float>();
  const auto plain = loss(Bce{}, tensor(x, {2, 3}), tensor(y, {2, 3}), {.reduction = Reduction::none}).values<float>();
  for (size_t i = 0; i < 6; ++i) CHECK(weighted[i] == Approx(plain[i] * (y[i] == 1 ? float(2 + i % 3) : 1)));
  CHECK_THROWS_WITH(loss(bce, tensor(x, {3, 2}), tensor(y, {3, 2})),
                    Catch::Contains("one number per class for 2 classes, got 3"));
}

TEST_CASE("any number of threads gives the same bits") {
  const size_t n = 300 * 257;
  const Tensor y = tensor(labels(n, 11), {300, 257});
  std::vector<std::vector<float>> grads;
  std::vector<double> values;
  const int before = threads();
  for (int t : {1, 2, 3, 7}) {
    set_threads(t);
    Tensor x = tensor(normals(n, 10), {300, 257});
    x.set_requires_grad();
    const Tensor l = loss(Ral{}, x, y);
    backward(l);
    values.push_back(l.item()), grads.push_back(x.grad().values<float>());
  }
  set_threads(before);
  for (size_t i = 1; i < values.size(); ++i) CHECK((values[i] == values[0] && grads[i] == grads[0]));
}

TEST_CASE("a gradient beyond 16 MB, written past the cache, is the same") {
  const ptrdiff_t rows = 4099, columns = 1031;
  const size_t n = size_t(rows * columns);
  const std::vector<float> x = normals(n, 12), y = labels(n, 13);
  Tensor large = tensor(x, {rows, columns});
  large.set_requires_grad();
  const Tensor l = loss(Focal{}, large, tensor(y, {rows, columns}), {.reduction = Reduction::sum});
  backward(l);
  const std::vector<float> grad = large.grad().values<float>();
  const size_t at = n - 1000;
  Tensor tail = tensor({x.begin() + ptrdiff_t(at), x.end()}, {1000});
  tail.set_requires_grad();
  backward(loss(Focal{}, tail, tensor({y.begin() + ptrdiff_t(at), y.end()}, {1000}), {.reduction = Reduction::sum}));
  CHECK(std::vector<float>(grad.begin() + ptrdiff_t(at), grad.end()) == tail.grad().values<float>());
}

TEST_CASE("the upstream gradient scales the kept one") {
  Tensor x = tensor(normals(6, 14), {2, 3}), z = tensor(normals(6, 14), {2, 3});
  const Tensor y = tensor(labels(6, 15), {2, 3});
  x.set_requires_grad(), z.set_requires_grad();
  backward(loss(Ral{}, x, y));
  backward(loss(Ral{}, z, y), Tensor::full({}, 3));
  for (size_t i = 0; i < 6; ++i) CHECK(z.grad().values<float>()[i] == Approx(3 * x.grad().values<float>()[i]));
}

TEST_CASE("refusals name the loss, the row and the column") {
  const Tensor x = tensor(normals(6, 16), {2, 3});
  for (Device device : {Device::cpu, Device::reference}) {
    const Tensor logits = x.to(device);
    CHECK_THROWS_WITH(loss(Ral{}, logits, tensor({0, 1, 0, 0, 1.5f, 0}, {2, 3}).to(device)),
                      Catch::Contains("ral: the target at row 1, column 1 is 1.5, expected a number in [0, 1]"));
    CHECK_THROWS_WITH(loss(Ral{}, logits, tensor({0, NAN, 0, 0, 0, 0}, {2, 3}).to(device)),
                      Catch::Contains("row 0, column 1"));
    CHECK_THROWS_AS(loss(Asl{}, logits, tensor({0, -1, 0, 0, 0, 0}, {2, 3}).to(device)), ValueError);
    CHECK_THROWS_WITH(
        loss(Ral{}, tensor({0, 0, 0, 0, 0, NAN}, {2, 3}).to(device), tensor(labels(6, 1), {2, 3}).to(device)),
        Catch::Contains("ral: the logit at row 1, column 2 is NaN"));
    CHECK_THROWS_AS(loss(Ral{}, tensor({NAN, 0}, {2, 1}).to(device), tensor({0, 0}, {2, 1}).to(device)),
                    NonFiniteError);
  }
  CHECK_THROWS_WITH(loss(Ral{}, x, tensor({0, 1}, {2})),
                    Catch::Contains("ral: expected targets of the logits' shape [2, 3], got [2]"));
  CHECK_THROWS_WITH(loss(Ral{}, x, Tensor::zeros({2, 3}), {.class_weights = Tensor::zeros({2})}),
                    Catch::Contains("class weights of shape [3]"));
  CHECK_THROWS_WITH(loss(Ral{}, x, Tensor::zeros({2, 3}), {.mask = Tensor::zeros({3})}), Catch::Contains("mask"));
  CHECK_THROWS_WITH(loss(Ral{.lambda = 0.9}, x, Tensor::zeros({2, 3})),
                    Catch::Contains("ral: lambda must be > 1, got 0.9"));
  CHECK_THROWS_WITH(loss(Focal{.gamma = -1}, x, Tensor::zeros({2, 3})), Catch::Contains("focal: gamma"));
}
