// What the golden trajectories do not see: memory orders that change, parameters without gradients, resume, refusals.
#include "models/optim/optimizer.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "core/backward.h"
#include "core/parallel.h"
#include "core/random.h"
#include "models/optim/make_optimizer.h"
#include "models/optim/sgd.h"
#include "ops/arithmetic.h"
#include "ops/conv2d.h"
#include "ops/optimizer_kernels.h"

using namespace skew;
using Catch::Matchers::Contains;

namespace {

// Repeatable values in (−1, 1) without a pattern that an order of memory could hide.
Tensor numbers(const Shape& shape, Device device, double phase) {
  std::vector<float> values(size_t(shape.count()));
  for (size_t i = 0; i < values.size(); ++i) values[i] = float(std::sin(phase + 1.7 * double(i)));
  return Tensor::from(values, shape, device);
}

// Every optimiser with everything it can remember.
const std::vector<std::pair<std::string, Args>> kinds = {
    {"sgd", {{"lr", .1}, {"momentum", .9}, {"weight_decay", .01}}},
    {"adam", {{"lr", .1}, {"amsgrad", true}, {"weight_decay", .01}}},
    {"adamw", {{"lr", .1}}},
    {"rmsprop", {{"lr", .1}, {"momentum", .9}, {"centered", true}, {"eps", 1e-2}}},
    {"adagrad", {{"lr", .1}, {"lr_decay", .1}}}};

void step(Optimizer& optimizer, int k) {
  for (size_t i = 0; i < optimizer.parameters().size(); ++i) {
    Tensor p = optimizer.parameters()[i];
    p.set_grad(numbers(p.shape(), p.device(), double(k) + .1 * double(i)));
  }
  optimizer.step();
}

const Shape weight_shape{5, 3, 3, 3};

}  // namespace

TEST_CASE("a parameter may change its memory order between steps") {
  for (const Device device : {Device::reference, Device::cpu})
    for (const auto& [name, args] : kinds) {
      INFO(name << " on " << device);
      Tensor plain = numbers(weight_shape, device, 0), moved = plain.copy();
      const auto a = make_optimizer(name, {plain}, args), b = make_optimizer(name, {moved}, args);
      for (int k = 0; k < 6; ++k) {
        if (k == 2) moved.adopt(moved.to(Layout::channels_last()));
        if (k == 4) moved.adopt(moved.to(Layout{}));
        step(*a, k), step(*b, k);
        CHECK(moved.layout() == (k / 2 == 1 ? Layout::channels_last() : Layout{}));
      }
      CHECK(moved.values<float>() == plain.values<float>());
      const SavedState x = a->state(), y = b->state();
      REQUIRE(x.size() == y.size());
      for (size_t i = 1; i < x.size(); ++i) CHECK(x[i].tensor.values<float>() == y[i].tensor.values<float>());
    }
}

TEST_CASE("a convolution's weight that adopts its kernel's order keeps its state") {
  for (const auto& [name, args] : kinds) {
    INFO(name);
    Tensor plain = numbers({32, 16, 3, 3}, Device::cpu, 0), used = plain.copy();
    plain.set_requires_grad(), used.set_requires_grad();
    const auto a = make_optimizer(name, {plain}, args), b = make_optimizer(name, {used}, args);
    const Tensor x = numbers({2, 16, 8, 8}, Device::cpu, 3);
    for (int k = 0; k < 4; ++k) {
      step(*a, k);
      if (k >= 2) {  // from here on the weight is in the order the convolution likes, and its gradient may be too
        const Tensor y = conv2d(x, used, {}, {.padding = {1, 1, 1, 1}});
        CHECK(y.defined());
        used.set_grad(numbers(used.shape(), Device::cpu, double(k)).to(used.layout()));
        b->step();
      } else {
        step(*b, k);
      }
    }
    CHECK(used.values<float>() == plain.values<float>());
  }
}

TEST_CASE("a parameter without a gradient stays as it is, with its state") {
  for (const auto& [name, args] : kinds) {
    INFO(name);
    Tensor p = numbers({4}, Device::reference, 0), q = numbers({3}, Device::reference, 1), alone = p.copy();
    const auto both = make_optimizer(name, {p, q}, args), one = make_optimizer(name, {alone}, args);
    for (int k = 0; k < 5; ++k) {
      const Tensor g = numbers({4}, Device::reference, k);
      p.set_grad(k == 2 ? Tensor() : g), alone.set_grad(g), q.set_grad(numbers({3}, Device::reference, k));
      both->step();
      if (k != 2) one->step();
    }
    CHECK(p.values<float>() == alone.values<float>());
    CHECK(both->state()[0].tensor.values<int64_t>() == std::vector<int64_t>{4, 5});
    both->zero_grad();
    CHECK_FALSE(p.grad().defined());
    const std::vector<float> before = p.values<float>();
    both->step();
    CHECK(p.values<float>() == before);
  }
}

TEST_CASE("a loaded state goes on with the same bits") {
  for (const Device device : {Device::reference, Device::cpu})
    for (const auto& [name, args] : kinds) {
      INFO(name << " on " << device);
      Tensor p = numbers(weight_shape, device, 0), q = numbers({3}, device, 1);
      const auto first = make_optimizer(name, {p, q}, args);
      for (int k = 0; k < 3; ++k) step(*first, k);
      const SavedState saved = first->state();
      std::vector<std::vector<float>> kept(1);
      for (size_t i = 1; i < saved.size(); ++i) kept.push_back(saved[i].tensor.values<float>());
      Tensor p2 = p.copy(), q2 = q.copy();
      for (int k = 3; k < 6; ++k) step(*first, k);  // must not reach into what was saved

      p2.adopt(p2.to(Layout::channels_last()));
      const auto second = make_optimizer(name, {p2, q2}, args);
      second->load_state(saved);
      for (int k = 3; k < 6; ++k) step(*second, k);
      CHECK(p2.values<float>() == p.values<float>());
      CHECK(q2.values<float>() == q.values<float>());
      for (size_t i = 1; i < saved.size(); ++i) CHECK(saved[i].tensor.values<float>() == kept[i]);  // nor these steps
    }
}

TEST_CASE("a fresh state can be saved and loaded") {
  Tensor p = numbers({4}, Device::cpu, 0);
  for (const auto& [name, args] : kinds) {
    const auto a = make_optimizer(name, {p}, args);
    CHECK(a->state().size() == 1);
    a->load_state(a->state());
    step(*a, 0);
  }
}

TEST_CASE("states that do not fit are refused and change nothing") {
  Tensor p = numbers({4}, Device::cpu, 0);
  const auto adam = make_optimizer("adam", {p}, {});
  step(*adam, 0);
  const SavedState good = adam->state();
  const auto refuse = [&](auto spoil, const char* message) {
    SavedState bad = good;
    spoil(bad);
    CHECK_THROWS_WITH(adam->load_state(bad), Contains(message));
    CHECK(adam->state()[0].tensor.values<int64_t>() == std::vector<int64_t>{1});
    CHECK(adam->state()[1].tensor.values<float>() == good[1].tensor.values<float>());
  };
  const auto counts = [](int64_t n) { return Tensor::from(std::vector<int64_t>{n}, {1}); };
  refuse([](SavedState& s) { s.clear(); }, "adam: the state lacks 'steps'");
  refuse([](SavedState& s) { s.pop_back(); }, "lacks '0.exp_avg_sq'");
  refuse([](SavedState& s) { s[1].tensor = Tensor::zeros({5}); }, "belongs to another network");
  refuse([](SavedState& s) { s[1].tensor = Tensor::zeros({4}, DType::int64); }, "expected float32");
  refuse([](SavedState& s) { s[1].tensor = {}; }, "'0.exp_avg' is empty");
  refuse([](SavedState& s) { s.push_back(s[1]); }, "'0.exp_avg' is there twice");
  refuse([](SavedState& s) { s.push_back({"1.exp_avg", Tensor::zeros({4})}); }, "has '1.exp_avg'");
  refuse([&](SavedState& s) { s[0].tensor = counts(-1); }, "counts ≥ 0, got -1");
  refuse([](SavedState& s) { s[0].tensor = Tensor::zeros({2}, DType::int64); }, "expected 1 int64");
  const auto amsgrad = make_optimizer("adam", {p}, {{"amsgrad", true}});
  CHECK_THROWS_WITH(amsgrad->load_state(good), Contains("lacks '0.max_exp_avg_sq'"));
  CHECK_THROWS_AS(make_optimizer("sgd", {p}, {})->load_state(good), ValueError);
}

TEST_CASE("gradients that do not fit are refused where they are handed in") {
  Tensor p = numbers({2, 3}, Device::cpu, 0);
  Sgd sgd({p}, {.lr = .1});
  const std::vector<float> before = p.values<float>();
  CHECK_THROWS_AS(p.set_grad(numbers({6}, Device::cpu, 1)), ShapeError);
  CHECK_THROWS_AS(p.set_grad(numbers({2, 3}, Device::reference, 1)), DeviceError);
  sgd.step();
  CHECK(p.values<float>() == before);
}

TEST_CASE("the rate scales those of all parameters, momentum can be set") {
  Tensor p = Tensor::zeros({1}), q = Tensor::zeros({1});
  const auto one = [](Tensor& t) { t.set_grad(Tensor::full({1}, 1)); };
  Sgd sgd({p, q}, {.lr = .5}, {{.lr = .5}, {.lr = 2}});
  CHECK(sgd.lr() == .5);
  sgd.set_lr(.25);
  one(p), one(q);
  sgd.step();
  CHECK(p.item() == -.25);
  CHECK(q.item() == -1);
  sgd.set_lr(0);
  sgd.step();
  CHECK(p.item() == -.25);
  CHECK_THROWS_AS(sgd.set_lr(-1), ValueError);
  CHECK_THROWS_AS(sgd.set_lr(NAN), ValueError);
  CHECK_THROWS_AS(sgd.set_momentum(1), ValueError);
  sgd.set_lr(.5);
  sgd.set_momentum(.5);
  sgd.step(), sgd.step();
  CHECK(p.item() == -.25 - .5 - .75);
  CHECK_THROWS_WITH(make_optimizer("adagrad", {p})->set_momentum(.5), Contains("adagrad: momentum"));
}

TEST_CASE("a step between a forward and its backward is noticed") {
  Tensor p = Tensor::full({2}, 3, DType::float32, Device::reference);
  p.set_requires_grad();
  Sgd sgd({p}, {.lr = .1});
  const Tensor y = mul(p, p);
  p.set_grad(Tensor::full({2}, 1, DType::float32, Device::reference));
  sgd.step();
  CHECK_THROWS_AS(backward(y, Tensor::full({2}, 1, DType::float32, Device::reference)), GraphError);
}

TEST_CASE("optimisers: names and arguments out of range are refused") {
  const Tensor p = Tensor::zeros({1});
  const auto refuse = [&](const char* name, const Args& args, const char* message) {
    INFO(name << ' ' << args.print());
    CHECK_THROWS_AS(make_optimizer(name, {p}, args), ValueError);
    CHECK_THROWS_WITH(make_optimizer(name, {p}, args), Contains(message));
  };
  refuse("adan", {}, "did you mean 'adam'?");
  for (const std::string& name : optimizer_names()) {
    for (const double lr : {0., -1.}) refuse(name.c_str(), {{"lr", lr}}, "lr must be > 0");
    for (const double lr : {double(NAN), double(INFINITY)})
      refuse(name.c_str(), {{"lr", lr}}, "lr must be finite and > 0");
  }
  for (const std::string& name : optimizer_names()) refuse(name.c_str(), {{"weight_decay", -1.}}, "weight_decay");
  refuse("sgd", {{"momentun", .9}}, "did you mean 'momentum'?");
  refuse("sgd", {{"momentum", 1.}}, "momentum must be in [0, 1)");
  refuse("sgd", {{"nesterov", true}}, "nesterov");
  refuse("sgd", {{"nesterov", true}, {"momentum", .9}, {"dampening", .1}}, "nesterov");
  refuse("sgd", {{"lr", true}}, "lr must be a number");
  refuse("adam", {{"betas", std::vector<double>{.9, 1}}}, "beta2");
  refuse("adam", {{"betas", std::vector<double>{-.1, .9}}}, "beta1");
  refuse("adam", {{"betas", std::vector<double>{.9}}}, "betas: expected two numbers");
  refuse("adamw", {{"eps", -1e-8}}, "eps");
  refuse("rmsprop", {{"alpha", 1.}}, "alpha");
  refuse("adagrad", {{"lr_decay", -1.}}, "lr_decay");
  CHECK_THROWS_WITH(make_optimizer("sgd", {p}, {}, {{}, {}}), Contains("expected arguments for 1 parameters, got 2"));
  CHECK_THROWS_WITH(make_optimizer("sgd", {p}, {}, {{{"lr", -1.}}}), Contains("sgd: lr"));
  CHECK_THROWS_WITH(Sgd({}), Contains("sgd: expected parameters, got none"));
  CHECK_THROWS_WITH(Sgd({p, Tensor()}), Contains("parameter 1 is undefined"));
  CHECK_THROWS_WITH(Sgd({p, Tensor::zeros({1}), p}), Contains("parameters 0 and 2 are the same"));
  CHECK_THROWS_WITH(Sgd({Tensor::zeros({1}, DType::int64)}), Contains("floating leaf"));
}

TEST_CASE("large tensors: every tail is updated, and the result does not depend on the threads") {
  const int before = threads();
  for (const ptrdiff_t n : {0, 1, 31, 32768, 32769, 100003})
    for (const auto& [name, args] : kinds) {
      INFO(name << ", " << n << " elements");
      std::vector<float> one_thread;
      for (const int t : {1, 4}) {
        set_threads(t);
        Tensor fast = numbers({n}, Device::cpu, 0), slow = fast.to(Device::reference).copy();
        const auto a = make_optimizer(name, {fast}, args), b = make_optimizer(name, {slow}, args);
        for (int k = 0; k < 3; ++k) step(*a, k), step(*b, k);
        const std::vector<float> x = fast.values<float>(), y = slow.values<float>();
        float worst = 0;
        for (size_t i = 0; i < x.size(); ++i) worst = std::max(worst, std::abs(x[i] - y[i]));
        CHECK(worst < 1e-5f);
        if (t == 1) one_thread = x;
        else CHECK(x == one_thread);
      }
    }
  set_threads(before);
}

TEST_CASE("on the cpu a momentum without gradients ends at 0, not at a denormal") {
#if !SKEW_HAS_ONEDNN || !defined(__SSE2__)
  WARN(
      "skipped: on the cpu a momentum without gradients ends at 0 (the reference loops keep denormals, as do other "
      "processors than x86)");
  return;
#endif
  for (const auto& [name, slot] : {std::pair{"sgd", "0.momentum_buffer"}, {"adam", "0.exp_avg"}}) {
    INFO(name);
    Tensor p = Tensor::full({40}, 0.1, DType::float32, Device::cpu).set_requires_grad();
    Args args;
    if (std::string(name) == "sgd") args.set("momentum", 0.9);
    const auto optimizer = make_optimizer(name, {p}, args);
    p.set_grad(Tensor::full({40}, 0.5, DType::float32, Device::cpu));
    for (int k = 0; k < 1000; ++k) {
      optimizer->step();
      if (k == 0) p.set_grad(Tensor::full({40}, 0, DType::float32, Device::cpu));
    }
    std::vector<float> momentum;
    for (const StateTensor& s : optimizer->state())
      if (s.name == slot) momentum = s.tensor.values<float>();
    CHECK(momentum == std::vector<float>(40, 0.0f));
  }
}

TEST_CASE("adam's tiny second moments count where eps does not cover them") {
  for (const double eps : {0.0, 1e-30, 1e-8}) {
    std::vector<float> after;
    for (const Device device : {Device::reference, Device::cpu}) {
      Tensor p = Tensor::full({3}, 0.5, DType::float32, device).set_requires_grad();
      Args args;
      args.set("eps", eps);
      p.set_grad(Tensor::full({3}, 1e-18, DType::float32, device));
      make_optimizer("adam", {p}, args)->step();
      after.push_back(p.to(Device::reference).values<float>()[0]);
    }
    INFO("eps " << eps);
    CHECK(after[1] == Approx(after[0]).epsilon(1e-6));
  }
}
