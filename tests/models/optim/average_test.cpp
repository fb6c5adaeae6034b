// Averages beyond the golden cases: the exchange with the weights, memory orders, resume, refusals.
#include "models/optim/average.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "core/error.h"

using namespace skew;
using Catch::Matchers::Contains;

namespace {
void set(Tensor& w, float value) {
  for (ptrdiff_t i = 0; i < w.count(); ++i) w.write<float>("test")[i] = value + float(i);
}
}  // namespace

TEST_CASE("swap exchanges weights and averages for every handle") {
  Tensor w = Tensor::zeros({2});
  const Tensor handle = w;
  Swa swa({w});
  CHECK_THROWS_WITH(swa.swap(), Contains("there is no average yet"));
  set(w, 1), swa.update();
  set(w, 3), swa.update();
  CHECK(swa.updates() == 2);
  swa.swap();
  CHECK(handle.values<float>() == std::vector<float>{2, 3});
  CHECK_THROWS_WITH(swa.update(), Contains("call swap() again"));
  CHECK_THROWS_AS(swa.state(), ValueError);
  swa.swap();
  CHECK(handle.values<float>() == std::vector<float>{3, 4});
  set(w, 5), swa.update();
  CHECK(swa.averages()[0].values<float>() == std::vector<float>{3, 4});
}

TEST_CASE("averages follow a weight's memory order") {
  for (const Device device : {Device::reference, Device::cpu}) {
    Tensor plain = Tensor::zeros({2, 3, 2, 2}, DType::float32, device), moved = plain.copy();
    Ema a({plain}, {.decay = .75}), b({moved}, {.decay = .75});
    for (int k = 0; k < 6; ++k) {
      set(plain, float(k * k));
      moved.adopt(plain.to(k == 2 || k == 3 ? Layout::channels_last() : Layout{}));
      a.update(), b.update();
      if (k == 3) b.swap(), moved.adopt(moved.to(Layout{})), b.swap();  // an evaluation may change it as well
      CHECK(a.averages()[0].values<float>() == b.averages()[0].values<float>());
    }
  }
}

TEST_CASE("a loaded average goes on with the same bits") {
  Tensor w = Tensor::zeros({3}), v = Tensor::zeros({3});
  Ema first({w}, {.decay = .9, .warmup = true}), second({v}, {.decay = .9, .warmup = true});
  second.load_state(first.state());  // before the first update
  for (int k = 0; k < 3; ++k) set(w, float(k)), first.update();
  const SavedState saved = first.state();
  for (int k = 3; k < 6; ++k) set(w, float(k)), first.update();
  second.load_state(saved);
  CHECK(second.updates() == 3);
  for (int k = 3; k < 6; ++k) set(v, float(k)), second.update();
  CHECK(first.averages()[0].values<float>() == second.averages()[0].values<float>());

  Tensor other = Tensor::zeros({4});
  CHECK_THROWS_WITH(Ema({other}).load_state(saved), Contains("another network"));
  CHECK_THROWS_WITH(Ema({v, other}).load_state(saved), Contains("lacks '1'"));
}

TEST_CASE("averages: arguments out of range are refused") {
  const Tensor w = Tensor::zeros({1});
  for (const double bad : {-.1, 1., double(NAN)}) CHECK_THROWS_WITH(Ema({w}, {.decay = bad}), Contains("ema: decay"));
  CHECK_THROWS_AS(Swa({Tensor()}), ValueError);
  CHECK_THROWS_AS(Swa({Tensor::zeros({1}, DType::int64)}), ValueError);
}

TEST_CASE("a float average of a constant stays where it is") {
  Tensor w = Tensor::full({100}, .3);
  Ema ema({w}, {.decay = .9999});
  for (int k = 0; k < 1000; ++k) ema.update();
  CHECK(ema.averages()[0].values<float>() == w.values<float>());
}

TEST_CASE("a weight stands in an average once, and who looks at it sees the exchange") {
  Tensor w = Tensor::zeros({2});
  CHECK_THROWS_WITH(Ema({w, w}), Contains("a weight stands twice"));
  const Tensor looker_on = w.detach();
  Swa swa({w});
  set(w, 1), swa.update();
  set(w, 3), swa.update();
  swa.swap();
  CHECK(looker_on.values<float>() == std::vector<float>{2, 3});
  swa.swap();
  CHECK(looker_on.values<float>() == std::vector<float>{3, 4});
}
