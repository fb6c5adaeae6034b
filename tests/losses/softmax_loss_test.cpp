// Losses that couple the logits of a row: their identities with cross-entropy, gradients against long-double
// differences of the written formula, far logits, weights, masks, reductions, state, threads and refusals.
#include <catch2/catch.hpp>

#include "core/backward.h"
#include "core/error.h"
#include "core/nonfinite.h"
#include "core/parallel.h"
#include "core/random.h"
#include "losses/asl_single.h"
#include "losses/balanced_softmax.h"
#include "losses/cross_entropy.h"
#include "losses/kinds/softmax/op.h"
#include "losses/ldam.h"
#include "losses/logit_adjusted.h"
#include "losses/poly1_ce.h"
#include "losses/ral_single.h"
#include "losses/seesaw.h"
#include "losses/softmax_focal.h"
#include "losses/table/loss_table.h"

using namespace skew;

namespace {

struct Batch {
  std::vector<double> x;
  std::vector<int64_t> target;
  ptrdiff_t rows, classes;
};
Batch random_batch(ptrdiff_t rows, ptrdiff_t classes, double spread, uint64_t seed) {
  Generator random(seed);
  Batch b{{}, {}, rows, classes};
  for (ptrdiff_t i = 0; i < rows * classes; ++i) b.x.push_back(double(float(spread * random.normal())));
  for (ptrdiff_t i = 0; i < rows; ++i) b.target.push_back(random.below(classes));
  return b;
}

struct SoftmaxRun {
  std::vector<double> value, grad;
};
Tensor like(const Tensor& t, Device device) {  // double on the reference, float elsewhere
  return device == Device::reference ? t.to(device).to(DType::float64) : t;
}
std::vector<double> doubles_of(const Tensor& t) { return t.doubles(); }

SoftmaxRun run(const AnyLoss& any, const Batch& b, Device device, LossArgs args = {.reduction = Reduction::none}) {
  Tensor x = Tensor::from(b.x, {b.rows, b.classes}, Device::reference);
  x = (device == Device::cpu ? x.to(DType::float32) : x).to(device);
  x.set_requires_grad();
  const Tensor l = loss(any, x, Tensor::from(b.target, {b.rows}, device), args);
  if (l.shape().rank() == 0) backward(l);
  else backward(l, Tensor::full(l.shape(), 1, l.dtype(), device));
  return {doubles_of(l), doubles_of(x.grad())};
}
SoftmaxRun run(const AnyLoss& any, const Batch& b) { return run(any, b, Device::reference); }

void same(const AnyLoss& a, const AnyLoss& b, double margin = 1e-13) {
  INFO(a.print() << " and " << b.print());
  for (const double spread : {0.1, 3.0, 40.0}) {
    const Batch batch = random_batch(20, 7, spread, 1);
    const SoftmaxRun p = run(a, batch), q = run(b, batch);
    for (size_t i = 0; i < p.value.size(); ++i) CHECK(p.value[i] == Approx(q.value[i]).epsilon(1e-12).margin(margin));
    for (size_t i = 0; i < p.grad.size(); ++i) CHECK(p.grad[i] == Approx(q.grad[i]).epsilon(1e-11).margin(margin));
  }
}

const std::string counts = "1500,609,360,247,185,146,20";
AnyLoss cross_entropy(const char* smoothing = "0") {
  return make_loss("cross_entropy", {{"label_smoothing", smoothing}});
}

// Every softmax loss, with default and with unusual parameters.
std::vector<AnyLoss> all_losses(const std::string& freq) {
  const std::string some = "3,0,17";
  return {cross_entropy(),
          cross_entropy("0.2"),
          make_loss("softmax_focal"),
          make_loss("softmax_focal", {{"gamma", "0.5"}}),
          make_loss("poly1_ce"),
          make_loss("poly1_ce", {{"epsilon", "-0.7"}}),
          make_loss("asl_single"),
          make_loss("asl_single", {{"gamma_pos", "1.5"}, {"gamma_neg", "0.4"}, {"label_smoothing", "0"}}),
          make_loss("asl_single", {{"gamma_pos", "1.5"}, {"gamma_neg", "2.5"}}),
          make_loss("ral_single"),
          make_loss("ral_single", {{"label_smoothing", "0"}, {"gamma_pos", "2"}}),
          make_loss("ral_single", {{"gamma_pos", "1.5"}, {"epsilon_pos_pow", "-9"}, {"epsilon_neg", "0.4"}}),
          make_loss("ldam", {{"class_freq", freq}}),
          make_loss("ldam", {{"class_freq", freq}, {"drw_epoch", "2"}, {"epoch", "2"}}),
          make_loss("balanced_softmax", {{"class_freq", freq}}),
          make_loss("logit_adjusted", {{"class_freq", freq}, {"tau", "1.7"}}),
          make_loss("seesaw"),
          make_loss("seesaw", {{"cum_samples", some}, {"p", "1.3"}, {"q", "0.7"}})};
}

// ---- the textbook in long double: Σ_k f(ln p_k) of a row, for differences
template <class L>
Long row_value(const L& loss, std::vector<Long> u, size_t target, const std::vector<Long>& probabilities) {
  const Long s = Long(logit_scale(loss));
  size_t at = 0;
  for (size_t k = 1; k < u.size(); ++k)
    if (u[k] > u[at]) at = k;
  Long rest = 0, value = 0;
  for (size_t k = 0; k < u.size(); ++k)
    if (k != at) rest += exp(s * (u[k] - u[at]));
  const SoftmaxSums<Long> sums = softmax_sums(rest);
  for (size_t k = 0; k < u.size(); ++k) {
    const ClassOf<Long> c = class_of(s * (u[k] - u[at]), exp(s * (u[k] - u[at])), k == at, sums);
    const Long share = 1 / Long(u.size());
    if (!probabilities.empty()) value += evaluate_class<RealExponents, L>(kernel_of(loss), c, probabilities[k], share);
    else if (k == target || L::hooks.every_class)
      value += evaluate_class<RealExponents, L>(kernel_of(loss), c, k == target, share);
  }
  return value;
}

// The op's gradient of a row of C logits against five-point differences; what a loss adds to the logits is `added`.
// Rows with a p or 1−p near `kink` are stepped over.
template <class L>
void check_gradient(const L& loss, const std::vector<double>& added = {}, double margin_on_target = 0,
                    double kink = -1) {
  const ptrdiff_t classes = 5;
  const char* more = std::getenv("SKEW_LONG");
  const uint64_t rows = more && *more ? 66667 : 200;  // of each spread: a million derivatives, or three thousand
  double worst = 0;
  for (const double spread : {0.5, 3.0, 12.0})
    for (uint64_t seed = 0; seed < rows; ++seed) {
      const Batch b = random_batch(1, classes, spread, seed);
      Generator random(seed, 1);
      std::vector<double> soft(size_t(classes), 0.0);
      if (L::hooks.every_class && seed % 2)
        for (double& t : soft) t = random.uniform();
      const bool hard = !(L::hooks.every_class && seed % 2);
      Tensor x = Tensor::from(b.x, {1, classes}, Device::reference);
      x.set_requires_grad();
      backward(skew::loss(
          loss, x,
          hard ? Tensor::from(b.target, {1}, Device::reference) : Tensor::from(soft, {1, classes}, Device::reference)));
      const std::vector<double> grad = doubles_of(x.grad());
      std::vector<Long> u(b.x.begin(), b.x.end()), t;
      if (!hard) t.assign(soft.begin(), soft.end());
      for (size_t k = 0; k < added.size(); ++k) u[k] += Long(added[k]);
      u[size_t(b.target[0])] -= Long(margin_on_target);
      Long sum = 0;
      for (const Long v : u) sum += std::exp(v);
      bool near = false;
      for (const Long v : u)
        for (const Long p : {std::exp(v) / sum, 1 - std::exp(v) / sum}) near |= std::abs(p - Long(kink)) < 1e-3L;
      if (near) continue;
      for (size_t k = 0; k < u.size(); ++k) {
        auto at = [&](Long step) {
          std::vector<Long> moved = u;
          moved[k] += step;
          return row_value(loss, moved, size_t(b.target[0]), t);
        };
        const Long h = 2e-4L / Long(logit_scale(loss));
        const double numeric = double((8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h));
        worst = std::max(worst, std::abs(grad[k] - numeric) / (1e-3 * logit_scale(loss) + std::abs(numeric)));
      }
    }
  INFO(L::name << " worst " << worst);
  CHECK(worst <= 2e-9);
}

}  // namespace

TEST_CASE("softmax losses that switch off to cross-entropy") {
  same(make_loss("softmax_focal", {{"gamma", "0"}}), cross_entropy());
  same(make_loss("poly1_ce", {{"epsilon", "0"}}), cross_entropy());
  same(make_loss("ral_single", {{"label_smoothing", "0"}}), cross_entropy());
  same(make_loss("ral_single", {{"gamma_neg", "0"}}), cross_entropy("0.1"));
  for (const char* s : {"0", "0.1", "0.35"})
    same(make_loss("asl_single", {{"gamma_pos", "0"}, {"gamma_neg", "0"}, {"label_smoothing", s}}), cross_entropy(s));
  same(make_loss("asl_single", {{"gamma_pos", "2"}, {"label_smoothing", "0"}}), make_loss("softmax_focal"));
  same(make_loss("ldam", {{"max_m", "0"}, {"s", "1"}, {"class_freq", counts}}), cross_entropy());
  same(make_loss("balanced_softmax", {{"class_freq", "17"}}), cross_entropy());
  same(make_loss("balanced_softmax", {{"class_freq", "3,3,3,3,3,3,3"}}), cross_entropy());
  same(make_loss("balanced_softmax", {{"class_freq", counts}}), make_loss("logit_adjusted", {{"class_freq", counts}}));
  same(make_loss("logit_adjusted", {{"tau", "0"}, {"class_freq", counts}}), cross_entropy());
  same(make_loss("seesaw", {{"p", "0"}, {"q", "0"}, {"cum_samples", counts}}), cross_entropy());
}

TEST_CASE("ldam is cross-entropy of scaled logits, the target's less its margin; drw weighs rows") {
  const Batch b = random_batch(12, 7, 2, 3);
  const double n[] = {1500, 609, 360, 247, 185, 146, 20};
  Batch moved = b;
  for (size_t i = 0; i < 12; ++i) {
    const auto t = size_t(b.target[i]);
    moved.x[i * 7 + t] -= 0.4 * std::pow(20 / n[t], 0.25);
    for (size_t k = 0; k < 7; ++k) moved.x[i * 7 + k] *= 10;
  }
  const LossParameters p = {
      {"s", "10"}, {"max_m", "0.4"}, {"class_freq", counts}, {"drw_epoch", "3"}, {"drw_beta", "0.99"}};
  const SoftmaxRun expected = run(cross_entropy(), moved), early = run(make_loss("ldam", p).with({{"epoch", "2"}}), b);
  for (size_t i = 0; i < 12; ++i) CHECK(early.value[i] == Approx(expected.value[i]).epsilon(1e-12));
  for (size_t i = 0; i < 84; ++i) CHECK(early.grad[i] == Approx(10 * expected.grad[i]).margin(1e-13));
  double w[7], sum = 0;
  for (size_t c = 0; c < 7; ++c) w[c] = .01 / (1 - std::pow(.99, n[c])), sum += w[c] / 7;
  for (double& v : w) v /= sum;
  const AnyLoss late = make_loss("ldam", p).with({{"epoch", "3"}});
  const SoftmaxRun weighed = run(late, b);
  double total = 0, divisor = 0;
  for (size_t i = 0; i < 12; ++i) {
    CHECK(weighed.value[i] == Approx(w[b.target[i]] * early.value[i]).epsilon(1e-12));
    total += weighed.value[i], divisor += w[b.target[i]];
  }
  CHECK(run(late, b, Device::reference, {}).value[0] == Approx(total / divisor));
  CHECK(run(make_loss("ldam", p).with({{"epoch", "9"}, {"drw_epoch", "-1"}}), b).value == early.value);
}

TEST_CASE("seesaw shifts by its two factors, counts this batch first, and keeps its counts") {
  const Batch b = random_batch(6, 4, 2, 4);
  const AnyLoss l = make_loss("seesaw", {{"p", "0.6"}, {"q", "1.5"}, {"cum_samples", "40,7,0"}});
  double n[4] = {40, 7, 0, 0};
  for (const int64_t t : b.target) ++n[t];
  for (double& v : n) v = std::max(v, 1.0);
  Batch moved = b;
  for (size_t i = 0; i < 6; ++i) {
    double e[4], sum = 0;
    const auto t = size_t(b.target[i]);
    for (size_t k = 0; k < 4; ++k) sum += e[k] = std::exp(b.x[i * 4 + k]);
    for (size_t k = 0; k < 4; ++k)
      moved.x[i * 4 + k] += .6 * std::min(0.0, std::log(n[k] / n[t])) +
                            1.5 * std::max(0.0, std::log(e[k] / sum / std::max(e[t] / sum, .01)));
  }
  const SoftmaxRun a = run(l, b), expected = run(cross_entropy(), moved);
  for (size_t i = 0; i < 6; ++i) CHECK(a.value[i] == Approx(expected.value[i]).epsilon(1e-12));
  for (size_t i = 0; i < 24; ++i) CHECK(a.grad[i] == Approx(expected.grad[i]).margin(1e-13));  // σ is a constant

  auto labels = [](std::vector<int64_t> v) { return Tensor::from(v, {ptrdiff_t(v.size())}); };
  AnyLoss state = make_loss("seesaw");
  state = state.with(state.after_batch(labels({0, 2, 2})));
  CHECK(state.parameters()[2].value == "1,0,2");
  state = state.with(state.after_batch(labels({1, 0})));
  CHECK(state.parameters()[2].value == "2,1,2");
  state = state.with(state.after_batch(labels({2, 1, 1}), Tensor::from(std::vector<float>{0, 1, 0}, {3})));
  CHECK(state.parameters()[2].value == "2,2,2");
  CHECK(cross_entropy().after_batch(labels({1})).empty());
}

TEST_CASE("gradients of softmax losses agree with long-double differences") {
  check_gradient(CrossEntropy{.label_smoothing = 0.15});
  check_gradient(SoftmaxFocal{});
  check_gradient(SoftmaxFocal{.gamma = 0.5});
  check_gradient(Poly1Ce{.epsilon = 2.5});
  check_gradient(AslSingle{});
  check_gradient(AslSingle{.gamma_pos = 1, .gamma_neg = 2.5, .label_smoothing = 0.3});
  check_gradient(RalSingle{}, {}, 0, 0.1);  // max(p, s) and max(1−p, s)
  check_gradient(RalSingle{.gamma_pos = 1, .gamma_neg = 2.5, .lambda = 2, .epsilon_neg = 0.3, .label_smoothing = 0.01},
                 {}, 0, 0.01);
  check_gradient(RalSingle{.gamma_pos = 2, .label_smoothing = 0});
  check_gradient(Ldam{}, {}, 0.5);
  check_gradient(BalancedSoftmax{std::vector<double>{1, 2, 3, 4, 50}},
                 {0, std::log(2), std::log(3), std::log(4), std::log(50)});
}

TEST_CASE("no finite logit gives NaN or Inf in a softmax loss, in float or double") {
  for (const AnyLoss& l : all_losses("100,10,1"))
    for (const Device device : {Device::reference, Device::cpu})
      for (const double v :
           {0.0, 1e-45, 1e-30, 0.1, 15.9, 16.7, 36.8, 87.0, 88.8, 103.9, 104.1, 200.0, 744.0, 746.0, 1e4, 1e30, 3.4e38})
        for (const int64_t t : {0, 1, 2})
          for (const double middle : {0.0, v, -v, v / 2}) {
            const SoftmaxRun r = run(l, {{v, -v, middle}, {t}, 1, 3}, device);
            INFO(l.print() << " on " << device << " v = " << v << " middle " << middle << " target " << t);
            bool finite = std::isfinite(r.value[0]);
            for (const double g : r.grad) finite &= std::isfinite(g);
            if (!finite) CHECK(false);
          }
  const SoftmaxRun far = run(make_loss("ral_single"), {{0, -104, -1e30}, {1}, 1, 3}, Device::cpu);
  CHECK(far.value[0] > 1e27);
  CHECK(run(make_loss("balanced_softmax"), {{200, 0, 0}, {1}, 1, 3}, Device::cpu).value[0] == Approx(200));
}

TEST_CASE("what a formula makes of the lanes behind a row's end does not reach the row") {
  // There p = 0 and 1 − X − N = 3.5, so that w·ln p leaves the float range.
  const AnyLoss l = make_loss("ral_single", {{"epsilon_neg", "5"}, {"gamma_neg", "8"}});
  const Batch b{{0.5, -1, 2}, {1}, 1, 3};
  const SoftmaxRun a = run(l, b, Device::cpu), truth = run(l, b);
  CHECK(a.value[0] == Approx(truth.value[0]).epsilon(1e-5));
  for (size_t k = 0; k < 3; ++k) CHECK(a.grad[k] == Approx(truth.grad[k]).epsilon(1e-5));
}

TEST_CASE("a confident class keeps its digits in float") {
  for (const double margin : {5.0, 20.0, 60.0})
    for (const char* name : {"cross_entropy", "softmax_focal", "poly1_ce", "balanced_softmax"}) {
      const Batch b{{margin, 0, 0.5}, {0}, 1, 3};
      const SoftmaxRun a = run(make_loss(name), b, Device::cpu), truth = run(make_loss(name), b);
      INFO(name << " by " << margin);
      CHECK(a.value[0] == Approx(truth.value[0]).epsilon(2e-6).margin(1e-37));
      for (size_t k = 0; k < 3; ++k) CHECK(a.grad[k] == Approx(truth.grad[k]).epsilon(3e-6).margin(1e-37));
    }
}

TEST_CASE("softmax losses on the cpu agree with the reference") {
  for (const ptrdiff_t classes : {1, 2, 7, 16, 17, 100}) {
    std::string freq;
    for (ptrdiff_t c = 0; c < classes; ++c) freq += (c ? "," : "") + std::to_string(1 + 900 / (c + 1));
    for (const AnyLoss& l : all_losses(freq)) {
      if (l.name() == "seesaw" && classes < 3) continue;  // its list of counts is longer
      const Batch b = random_batch(33, classes, 3, 5);
      const SoftmaxRun a = run(l, b, Device::cpu), truth = run(l, b);
      INFO(l.print() << " with " << classes << " classes");
      double value = 0, grad = 0, value_scale = 1, grad_scale = 1e-3;
      for (const double v : truth.value) value_scale = std::max(value_scale, std::abs(v));
      for (const double g : truth.grad) grad_scale = std::max(grad_scale, std::abs(g));
      for (size_t i = 0; i < truth.value.size(); ++i) value = std::max(value, std::abs(a.value[i] - truth.value[i]));
      for (size_t i = 0; i < truth.grad.size(); ++i) grad = std::max(grad, std::abs(a.grad[i] - truth.grad[i]));
      CHECK(value <= 2e-6 * value_scale);
      CHECK(grad <= 8e-6 * grad_scale);
    }
  }
}

TEST_CASE("reductions, class weights and masks of softmax losses") {
  const std::vector<float> mask = {1, 0, 1, 1, 0, 1}, weights = {1, 2, 0.5f};
  Batch b = random_batch(6, 3, 2, 6);
  for (const AnyLoss& l : all_losses("5,3,1"))
    for (const Device device : {Device::reference, Device::cpu}) {
      INFO(l.print() << " on " << device);
      const LossArgs args{.class_weights = like(Tensor::from(weights, {3}), device),
                          .mask = like(Tensor::from(mask, {6}), device)};
      auto reduced = [&](Reduction r) {
        LossArgs a = args;
        a.reduction = r;
        return run(l, b, device, a);
      };
      const SoftmaxRun none = reduced(Reduction::none), sum = reduced(Reduction::sum),
                       batch = reduced(Reduction::batch_mean), mean = reduced(Reduction::mean);
      double total = 0;
      for (const double v : none.value) total += v;
      CHECK(sum.value[0] == Approx(total));
      CHECK(batch.value[0] == Approx(total / 6));
      for (size_t i = 0; i < 18; ++i) {
        CHECK(batch.grad[i] * 6 == Approx(sum.grad[i]).margin(1e-6));
        CHECK(mean.grad[i] * sum.value[0] == Approx(sum.grad[i] * mean.value[0]).margin(1e-4));
      }
      for (const size_t row : {1, 4}) CHECK((none.value[row] == 0 && none.grad[row * 3] == 0));
      const LossArgs nothing{.mask = like(Tensor::zeros({6}), device)};
      CHECK(run(l, b, device, nothing).value[0] == 0);
    }
}

TEST_CASE("any number of threads gives the same bits in a softmax loss") {
  const int before = threads();
  for (const char* name : {"softmax_focal", "ral_single", "seesaw", "zlpr", "two_way"}) {
    const AnyLoss l = make_loss(name);
    SoftmaxRun first;
    for (const int t : {1, 2, 3, 7}) {
      set_threads(t);
      const Batch b = random_batch(1000, 130, 2, 7);
      Tensor x = Tensor::from(b.x, {1000, 130}, Device::reference).to(DType::float32).to(Device::cpu);
      x.set_requires_grad();
      std::vector<float> labels;
      for (size_t i = 0; i < b.x.size(); ++i) labels.push_back(float(i % 7 == 0));
      const Tensor y =
          loss(l, x, l.single_label() ? Tensor::from(b.target, {1000}) : Tensor::from(labels, {1000, 130}));
      backward(y);
      if (t == 1) first = {doubles_of(y), doubles_of(x.grad())};
      else CHECK((doubles_of(y) == first.value && doubles_of(x.grad()) == first.grad));
    }
  }
  set_threads(before);
}

TEST_CASE("softmax losses refuse what makes no sense, with the reason") {
  const Tensor x = Tensor::zeros({2, 3}), t = Tensor::from(std::vector<int64_t>{0, 2}, {2});
  CHECK_THROWS_AS(make_loss("ldam", {{"s", "1e39"}}), ValueError);  // infinite in float
  CHECK_THROWS_WITH(make_loss("ldam", {{"class_freq", "5,0,2"}}),
                    Catch::Contains("ldam: class_freq must be ≥ 1, got 0: a class without training images"));
  for (const char* name : {"balanced_softmax", "logit_adjusted"})
    CHECK_THROWS_WITH(make_loss(name, {{"class_freq", "0"}}), Catch::Contains("a class without training images"));
  for (const char* name : {"ldam", "balanced_softmax", "logit_adjusted"}) {
    CHECK_THROWS_AS(loss(make_loss(name, {{"class_freq", "5,2"}}), x, t), ShapeError);
    CHECK_THROWS_WITH(loss(make_loss(name, {{"class_freq", "5,2"}}), x, t),
                      Catch::Contains("class_freq holds 2 numbers for logits of 3 classes"));
  }
  CHECK_THROWS_AS(loss(make_loss("seesaw", {{"cum_samples", "5,2,1,1"}}), x, t), ShapeError);
  CHECK_THROWS_WITH(loss(make_loss("seesaw"), x, Tensor::from(std::vector<int64_t>{0, 3}, {2})),
                    Catch::Contains("seesaw: the target of row 1 is 3, expected a class index in 0 … 2"));
  CHECK_THROWS_WITH(loss(make_loss("softmax_focal"), x, x), Catch::Contains("not defined for probabilities"));
  CHECK_THROWS_WITH(loss(make_loss("poly1_ce"), Tensor::zeros({2, 0}), t), Catch::Contains("at least one class"));
  CHECK_THROWS_WITH(make_loss("ldam", {{"s", "0"}}), Catch::Contains("ldam: s must be in (0, 10000], got 0"));
  CHECK_THROWS_WITH(make_loss("ral_single", {{"lambda", "1"}}),
                    Catch::Contains("ral_single: lambda must be in (1, 10000]"));
  for (const Device device : {Device::reference, Device::cpu})
    CHECK_THROWS_AS(loss(make_loss("asl_single"),
                         Tensor::from(std::vector<float>{0, 1, 2, 3, NAN, 0}, {2, 3}).to(device), t.to(device)),
                    NonFiniteError);
  CHECK_THROWS_AS(make_loss("ldam").at(0, 1), ValueError);
}
