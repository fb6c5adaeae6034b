// Orders in memory: what they are called, when they are equal, and that changing them loses nothing.
#include "core/layout.h"

#include <catch2/catch.hpp>
#include <cstring>

#include "core/backward.h"
#include "core/error.h"
#include "core/memory.h"
#include "core/op.h"
#include "core/random.h"
#include "core/stats.h"
#include "ops/arithmetic.h"
#include "ops/conv2d.h"
#include "ops/pointwise.h"
#include "ops/pool.h"

using namespace skew;

namespace {

struct Named : OpaqueLayout {
  explicit Named(std::string name) : name_(std::move(name)) {}
  bool equals(const OpaqueLayout& other) const override { return name_ == other.name(); }
  std::string name() const override { return name_; }
  std::string name_;
};

Layout named(const char* name) { return Layout::opaque(std::make_shared<Named>(name)); }

Tensor noise(const Shape& shape) {
  Generator random(5);
  std::vector<float> v(size_t(shape.count()));
  for (float& x : v) x = float(random.normal());
  return Tensor::from(v, shape);
}

}  // namespace

TEST_CASE("layouts compare by what they mean") {
  CHECK(Layout{} == Layout{});
  CHECK(Layout::channels_last() == Layout::channels_last());
  CHECK_FALSE(Layout{} == Layout::channels_last());
  CHECK(named("a") == named("a"));
  CHECK_FALSE(named("a") == named("b"));
  CHECK_FALSE(named("a") == Layout{});
  CHECK(Layout{}.name() == "row_major");
  CHECK(Layout::channels_last().name() == "channels_last");
  CHECK(named("blocked 16c").name() == "blocked 16c");
}

TEST_CASE("reordering there and back gives the same elements and is counted") {
  for (const DType type : {DType::float32, DType::int64, DType::uint8}) {
    const Tensor t = Tensor::full({2, 5, 3, 4}, 7, type);
    const ptrdiff_t before = stats().reorders;
    const Tensor back = t.to(Layout::channels_last()).to(Layout{});
    CHECK(stats().reorders == before + 2);
    CHECK(std::memcmp(back.storage()->address(), t.storage()->address(), t.storage()->bytes()) == 0);
  }
}

TEST_CASE("a backend's own order goes to every other order and back") {
  const Tensor x = noise({2, 16, 5, 5}), w = noise({32, 16, 3, 3});
  const Tensor y = conv2d(x, w, {}, {.padding = 1});  // in whatever order the cpu prefers
  const std::vector<float> values = y.values<float>();
  CHECK(y.to(Layout::channels_last()).values<float>() == values);
  CHECK(y.to(Layout::channels_last()).to(y.layout()).values<float>() == values);
  CHECK(y.to(Layout{}).to(y.layout()).layout() == y.layout());
  CHECK(y.copy().values<float>() == values);
}

TEST_CASE("element-wise ops of two orders agree with one order") {
  const Tensor a = noise({2, 16, 5, 5}), b = noise({2, 16, 5, 5});
  const std::vector<float> expected = add(a, b).values<float>();
  const Tensor nhwc = a.to(Layout::channels_last());
  CHECK(add(nhwc, b).values<float>() == expected);
  CHECK(add(b, nhwc).values<float>() == expected);
  if (!facts_of(Device::cpu).row_major_only)
    CHECK(add(nhwc, b).layout() == Layout::channels_last());  // the first one stays
}

TEST_CASE("inputs and gradients may come in any order, on every device") {
  using Net = Tensor (*)(const Tensor&);
  const Net nets[] = {
      +[](const Tensor& x) {
        return conv2d(x, Tensor::full({4, 3, 3, 3}, .5, DType::float32, x.device()), {}, {.padding = 1});
      },
      +[](const Tensor& x) { return max_pool(x, {.kernel = 2, .stride = 2}); },
      +[](const Tensor& x) { return tanh(x); },
      +[](const Tensor& x) { return mul(x, x.detach()); },
  };
  for (const Device device : {Device::reference, Device::cpu})
    for (const Net& net : nets) {
      INFO(name_of(device) << ", net " << &net - nets);
      std::vector<float> expected;
      for (const Layout& order : {Layout{}, Layout::channels_last()})
        for (const Layout& order_of_dy : {Layout{}, Layout::channels_last()}) {
          Tensor x = noise({2, 3, 4, 6}).to(device).to(order).set_requires_grad();
          const Tensor y = net(x);
          backward(y, noise(y.shape()).to(device).to(order_of_dy));
          std::vector<float> result = y.values<float>(), dx = x.grad().values<float>();
          result.insert(result.end(), dx.begin(), dx.end());
          if (expected.empty()) expected = result;
          REQUIRE(result.size() == expected.size());
          float worst = 0;
          for (size_t i = 0; i < result.size(); ++i) worst = std::max(worst, std::abs(result[i] - expected[i]));
          CHECK(worst < 1e-5f);
        }
    }
}
