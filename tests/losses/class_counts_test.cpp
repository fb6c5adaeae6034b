// Losses that know class counts: what they make of them, how a row's labels couple, what is refused, both devices.
#include <catch2/catch.hpp>

#include "core/backward.h"
#include "core/error.h"
#include "core/random.h"
#include "losses/class_weights.h"
#include "losses/table/loss_table.h"

using namespace skew;

namespace {

std::vector<double> elements(const AnyLoss& l, const std::vector<double>& x, const std::vector<double>& y, Shape shape,
                             Device device = Device::reference, LossArgs args = {}) {
  const DType type = device == Device::cpu ? DType::float32 : DType::float64;
  args.reduction = Reduction::none;
  auto tensor = [&](const std::vector<double>& v) {
    return Tensor::from(v, shape, Device::reference).to(type).to(device);
  };
  return loss(l, tensor(x), tensor(y), args).doubles();
}

double sigma(double x) { return 1 / (1 + std::exp(-x)); }

}  // namespace

TEST_CASE("weights by effective number: mean 1, their limits, and the formula") {
  const PerClass n = std::vector<double>{1000, 100, 10};
  const PerClass w = effective_number_weights(0.99, n);
  CHECK(w.at(0) + w.at(1) + w.at(2) == Approx(3));
  CHECK(w.at(2) / w.at(0) == Approx((1 - std::pow(.99, 1000)) / (1 - std::pow(.99, 10))).epsilon(1e-12));
  for (int c = 0; c < 3; ++c) CHECK(effective_number_weights(0, n).at(c) == 1);
  CHECK(effective_number_weights(0.999999999, n).at(2) / effective_number_weights(0.999999999, n).at(0) ==
        Approx(100).epsilon(1e-5));
  CHECK(effective_number_weights(0.9999, 7).at(0) == 1);
}

TEST_CASE("LDAM's margins: the rarest class has max_m, and they fall with n^(1/4)") {
  const PerClass m = ldam_margins(0.5, std::vector<double>{160000, 160, 10});
  CHECK(m.at(2) == 0.5);
  CHECK(m.at(1) / m.at(0) == Approx(std::pow(1000, .25)));
}

TEST_CASE("ldam_multi without margin and scale is bce, and the margin moves only positives") {
  const AnyLoss plain = make_loss("ldam_multi", {{"max_m", "0"}, {"s", "1"}}), bce = make_loss("bce");
  const AnyLoss margins = make_loss("ldam_multi", {{"s", "2"}, {"class_freq", "16,1"}});
  for (double x : {-5.0, 0.0, 0.3, 20.0}) {
    for (double y : {0.0, 1.0}) CHECK(plain.at(x, y).value == Approx(bce.at(x, y).value).epsilon(1e-13));
    CHECK(margins.at(x, 0, 1).value == Approx(bce.at(2 * x, 0).value));
    CHECK(margins.at(x, 1, 1).value == Approx(bce.at(2 * (x - .5), 1).value));
    CHECK(margins.at(x, 1, 0).value == Approx(bce.at(2 * (x - .25), 1).value));
  }
}

TEST_CASE("distribution_balanced: weights by the row's labels, bias by the class's odds") {
  const std::vector<double> n = {400, 50, 10};
  const AnyLoss l = make_loss("distribution_balanced", {{"class_freq", "400,50,10"}, {"train_num", "1000"}});
  const std::vector<double> x = {.5, -1, 2, 0, .1, -.4}, y = {1, 0, 1, 0, 0, 0};
  const std::vector<double> got = elements(l, x, y, {2, 3});
  for (size_t i = 0; i < 6; ++i) {
    const size_t c = i % 3;
    const double row = i < 3 ? 1 / n[0] + 1 / n[2] : 0;
    const double weight = row > 0 ? .1 + sigma(10 * (1 / n[c] / row - .2)) : 1.1;  // no positives: 1 + α
    const double z = x[i] - .05 * std::log(1000 / n[c] - 1);
    const double t = y[i] == 1 ? z : -2 * z, scale = y[i] == 1 ? 1 : .5;
    CHECK(got[i] == Approx(weight * .5 * scale * std::pow(1 - sigma(t), 2) * -std::log(sigma(t))).epsilon(1e-12));
  }
}

TEST_CASE("a masked label couples nothing, whatever it holds") {
  for (Device device : {Device::reference, Device::cpu}) {
    const DType type = device == Device::cpu ? DType::float32 : DType::float64;
    const AnyLoss l = make_loss("distribution_balanced", {{"class_freq", "40,5,3"}, {"train_num", "100"}});
    const LossArgs mask{.mask = Tensor::from(std::vector<float>{1, 0, 1}, {1, 3}).to(device).to(type)};
    const auto masked = elements(l, {1, 2, 3}, {1, NAN, 0}, {1, 3}, device, mask);
    const auto plain = elements(l, {1, 2, 3}, {1, 0, 0}, {1, 3}, device);
    CHECK((masked[0] == plain[0] && masked[1] == 0 && masked[2] == plain[2]));
  }
}

TEST_CASE("numbers of class and row on the cpu, in any shape and across blocks") {
  Generator random(1);
  for (const Shape& shape : {Shape{7, 3}, Shape{3, 5000}, Shape{700, 13}, Shape{2, 1, 300}, Shape{9}, Shape{0, 4}}) {
    const ptrdiff_t classes = shape[shape.rank() - 1], count = shape.count();
    std::vector<double> x, y;
    for (ptrdiff_t i = 0; i < count; ++i) {
      x.push_back(double(float(3 * random.normal())));
      y.push_back(random.uniform() < .1 ? 1 : random.uniform() < .05 ? .25 : 0);
    }
    std::string list;
    for (ptrdiff_t c = 0; c < classes; ++c) list += (c ? "," : "") + std::to_string(1 + c * c % 997);
    for (const char* name : {"distribution_balanced", "ldam_multi"}) {
      LossParameters p = {{"class_freq", list}};
      if (*name == 'd') p.emplace_back("train_num", "1000");
      const AnyLoss l = make_loss(name, p);
      const auto a = elements(l, x, y, shape, Device::cpu), b = elements(l, x, y, shape, Device::reference);
      double worst = 0;
      for (size_t i = 0; i < a.size(); ++i) worst = std::max(worst, std::abs(a[i] - b[i]) / (.1 + std::abs(b[i])));
      INFO(name << " " << shape);
      CHECK(worst <= 4e-6);
    }
  }
}

TEST_CASE("one label an image: class indices or one-hot rows, reductions, masks") {
  const AnyLoss l = make_loss("class_balanced_focal", {{"class_freq", "100,10,1"}, {"beta", "0.99"}});
  CHECK(l.single_label());
  const PerClass w = effective_number_weights(.99, std::vector<double>{100, 10, 1});
  const AnyLoss focal = make_loss("focal", {{"alpha", "-1"}});
  const std::vector<double> x = {.5, -1, 2, 0, .1, -.4};
  const std::vector<int64_t> classes = {2, 1};
  const Device device = Device::reference;
  Tensor logits = Tensor::from(x, {2, 3}, device);
  const Tensor targets = Tensor::from(classes, {2}, device);
  const Tensor rows = Tensor::from(std::vector<double>{0, 0, 1, 0, 1, 0}, {2, 3}, device);
  double expected[2] = {};
  for (size_t i = 0; i < 6; ++i) {
    const size_t row = i / 3;
    expected[row] += w.at(classes[row]) * focal.at(x[i], i % 3 == size_t(classes[row])).value;
  }
  for (const double y : {0., 1., .5}) CHECK(l.at(.7, y, 2).dx == Approx(w.at(2) * focal.at(.7, y).dx).epsilon(1e-12));
  const Tensor none = loss(l, logits, targets, {.reduction = Reduction::none});
  CHECK(none.shape() == Shape{2});
  for (int i = 0; i < 2; ++i) CHECK(none.values<double>()[size_t(i)] == Approx(expected[i]).epsilon(1e-12));
  CHECK(loss(l, logits, targets).item() == Approx((expected[0] + expected[1]) / 2));
  CHECK(loss(l, logits, rows).item() == Approx((expected[0] + expected[1]) / 2));
  CHECK(loss(l, logits, targets, {.reduction = Reduction::sum}).item() == Approx(expected[0] + expected[1]));
  const Tensor second = Tensor::from(std::vector<double>{0, 1}, {2}, device);
  logits.set_requires_grad();
  const Tensor masked = loss(l, logits, targets, {.mask = second});
  CHECK(masked.item() == Approx(expected[1]));
  backward(masked);
  CHECK((logits.grad().values<double>()[0] == 0 && logits.grad().values<double>()[4] != 0));
  CHECK_THROWS_WITH(loss(l, logits, Tensor::from(std::vector<int64_t>{0, 3}, {2}, device)),
                    Catch::Contains("class_balanced_focal: the target of row 1 is 3, expected a class index in 0 … 2"));
  CHECK_THROWS_AS(loss(l, logits, Tensor::from(std::vector<int64_t>{0}, {1}, device)), ShapeError);
  CHECK_THROWS_AS(loss(l, logits, targets, {.mask = rows}), ShapeError);
  const Tensor on_cpu = loss(l, Tensor::from(std::vector<float>{.5f, -1, 2, 0, .1f, -.4f}, {2, 3}),
                             targets.to(Device::cpu), {.mask = Tensor::from(std::vector<float>{0, 1}, {2})});
  CHECK(on_cpu.item() == Approx(expected[1]));
}

TEST_CASE("class_balanced weighs the classes of its base") {
  const PerClass w = effective_number_weights(.99, std::vector<double>{100, 10, 1});
  const std::vector<double> x = {.5, -1, 2, 0, .1, -.4}, y = {1, 0, 1, 0, 0, 0};
  for (const char* base : {"bce", "focal"}) {
    const AnyLoss plain = *base == 'b' ? make_loss("bce") : make_loss("focal", {{"alpha", "-1"}, {"gamma", "1"}});
    const AnyLoss l =
        make_loss("class_balanced", {{"base", base}, {"gamma", "1"}, {"beta", ".99"}, {"class_freq", "100,10,1"}});
    CHECK_FALSE(l.single_label());
    const auto got = elements(l, x, y, {2, 3}), expected = elements(plain, x, y, {2, 3});
    for (size_t i = 0; i < 6; ++i) {
      CHECK(got[i] == Approx(w.at(i % 3) * expected[i]).epsilon(1e-12));
      CHECK(l.at(x[i], y[i], ptrdiff_t(i % 3)).dx == Approx(w.at(i % 3) * plain.at(x[i], y[i]).dx).epsilon(1e-12));
    }
  }
  const AnyLoss l =
      make_loss("class_balanced", {{"base", "cross_entropy"}, {"beta", ".99"}, {"class_freq", "100,10,1"}});
  CHECK(l.single_label());
  CHECK_THROWS_AS(l.at(0, 1), ValueError);
  const Device device = Device::reference;
  const Tensor logits = Tensor::from(x, {2, 3}, device),
               targets = Tensor::from(std::vector<int64_t>{2, 0}, {2}, device);
  const auto ce = loss(make_loss("cross_entropy"), logits, targets, {.reduction = Reduction::none}).values<double>();
  CHECK(loss(l, logits, targets).item() == Approx((w.at(2) * ce[0] + w.at(0) * ce[1]) / 2).epsilon(1e-12));
  CHECK(loss(l, logits, targets, {.reduction = Reduction::sum}).item() ==
        Approx(w.at(2) * ce[0] + w.at(0) * ce[1]).epsilon(1e-12));
  CHECK(loss(l, logits, targets, {.mask = Tensor::from(std::vector<double>{0, 1}, {2}, device)}).item() ==
        Approx(w.at(0) * ce[1]).epsilon(1e-12));
  // Positions behind the class axis are images too, with a mask and without.
  const Tensor map = Tensor::from(x, {1, 3, 2}, device),
               of_map = Tensor::from(std::vector<int64_t>{2, 0}, {1, 2}, device);
  const auto at = loss(make_loss("cross_entropy"), map, of_map, {.reduction = Reduction::none}).values<double>();
  const double mean = (w.at(2) * at[0] + w.at(0) * at[1]) / 2;
  CHECK(loss(l, map, of_map).item() == Approx(mean).epsilon(1e-12));
  CHECK(loss(l, map, of_map, {.mask = Tensor::full({1, 2}, 1, DType::float64, device)}).item() ==
        Approx(mean).epsilon(1e-12));
  CHECK_THROWS_WITH(make_loss("class_balanced", {{"base", "cros_entropy"}}),
                    Catch::Contains("did you mean 'cross_entropy'?"));
}

TEST_CASE("class counts that cannot be are refused with the reason") {
  int seen = 0;
  for (const std::string& name : loss_names()) {
    if (!make_loss(name).has_parameter("class_freq")) continue;
    INFO(name);
    ++seen;
    if (name != "partial_selective") {  // asks for n_c / N alone
      CHECK_THROWS_WITH(make_loss(name, {{"class_freq", "3,0,2"}}), Catch::Contains("class_freq must be ≥ 1, got 0"));
      CHECK_THROWS_WITH(make_loss(name, {{"class_freq", "5e-324"}}), Catch::Contains("class_freq must be ≥ 1"));
    }
    CHECK_THROWS_AS(make_loss(name, {{"class_freq", "-1"}}), ValueError);
    const AnyLoss l = make_loss(name).has_parameter("train_num")
                          ? make_loss(name, {{"class_freq", "3,1,2"}, {"train_num", "9"}})
                          : make_loss(name, {{"class_freq", "3,1,2"}});
    const Tensor two = Tensor::from(std::vector<float>{.1f, .2f}, {1, 2});
    const Tensor target = l.single_label() ? Tensor::from(std::vector<int64_t>{1}, {1}) : Tensor::full({1, 2}, 1);
    CHECK_THROWS_AS(loss(l, two, target), ShapeError);
  }
  CHECK(seen >= 3);
  CHECK_THROWS_WITH(make_loss("distribution_balanced", {{"class_freq", "3,9"}, {"train_num", "9"}}),
                    Catch::Contains("class 1 has 9 of train_num = 9 images"));
}
