// Modules as trees: names and order of the state, modes, devices, what children show; each layer against its op.
#include "models/modules/module.h"

#include <catch2/catch.hpp>

#include "core/backward.h"
#include "core/error.h"
#include "core/node.h"
#include "core/random.h"
#include "models/modules/batch_norm2d.h"
#include "models/modules/conv2d.h"
#include "models/modules/dropout.h"
#include "models/modules/layer_norm.h"
#include "models/modules/linear.h"
#include "models/modules/pooling.h"
#include "models/modules/sequential.h"

using namespace skew;
using Catch::Matchers::Contains;

namespace {

Sequential small_net() {
  return Sequential{Conv2d{1, 32, {.kernel = 3, .padding = 1}},
                    BatchNorm2d{32, {.relu = true}},
                    MaxPool2d{2},
                    Conv2d{32, 64, {.kernel = 3, .padding = 1}},
                    BatchNorm2d{64, {.relu = true}},
                    GlobalAvgPool{},
                    Linear{64, 14}};
}

Tensor noise(Shape shape, Device device = Device::cpu) {
  Generator g(3);
  std::vector<float> v(size_t(shape.count()));
  for (float& x : v) x = float(g.normal());
  return Tensor::from(v, shape, device);
}

std::vector<std::string> names(Module& m, bool parameters_only = false) {
  std::vector<std::string> list;
  for (const NamedState& s : m.state())
    if (s.parameter || !parameters_only) list.push_back(s.name);
  return list;
}

}  // namespace

TEST_CASE("a sequential names its children by number and lists parameters before buffers") {
  Sequential net = small_net();
  CHECK(names(net) == std::vector<std::string>{"0.weight", "0.bias", "1.weight", "1.bias", "1.running_mean",
                                               "1.running_var", "1.num_batches_tracked", "3.weight", "3.bias",
                                               "4.weight", "4.bias", "4.running_mean", "4.running_var",
                                               "4.num_batches_tracked", "6.weight", "6.bias"});
  CHECK(net.parameters().size() == 10);
  CHECK(net.parameter_count() == 32 * 9 + 32 + 2 * 32 + 64 * 32 * 9 + 64 + 2 * 64 + 64 * 14 + 14);
}

TEST_CASE("a network runs forward and backward into every parameter") {
  Sequential net = small_net();
  const Tensor y = net(noise({4, 1, 12, 12}));
  CHECK(y.shape() == Shape{4, 14});
  backward(y, Tensor::full({4, 14}, 1));
  for (const Tensor& p : net.parameters()) {
    REQUIRE(p.grad().defined());
    CHECK(p.grad().shape() == p.shape());
  }
}

TEST_CASE("the same seed starts the same network") {
  seed(7);
  Sequential a = small_net();
  seed(7);
  Sequential b = small_net();
  CHECK(a.state()[7].tensor.values<float>() == b.state()[7].tensor.values<float>());
  Sequential c = small_net();
  CHECK(a.state()[7].tensor.values<float>() != c.state()[7].tensor.values<float>());
}

TEST_CASE("train and eval reach every descendant; only training moves and counts statistics") {
  Sequential outer;
  outer.add(std::make_unique<Sequential>(BatchNorm2d{3}));
  const Tensor x = noise({4, 3, 5, 5});
  auto counter = [&] { return outer.state()[4].tensor.item(); };
  auto mean = [&] { return outer.state()[2].tensor.values<float>(); };
  outer.eval();
  CHECK_FALSE(dynamic_cast<Sequential&>(outer[0])[0].training());
  const std::vector<float> before = mean();
  outer(x);
  CHECK(counter() == 0);
  CHECK(mean() == before);
  outer.train();
  outer(x);
  outer(x);
  CHECK(counter() == 2);
  CHECK(mean() != before);
}

TEST_CASE("a network moves between float on the cpu and double on the reference") {
  Sequential net = small_net();
  const Tensor x = noise({2, 1, 8, 8});
  net.eval();
  const std::vector<float> single = net(x).values<float>();
  net.to(Device::reference, DType::float64);
  CHECK(net.parameters().size() == 10);  // still leaves that want a gradient
  CHECK(net.state()[6].tensor.dtype() == DType::int64);
  const std::vector<double> exact = net(x.to(Device::reference).to(DType::float64)).values<double>();
  for (size_t i = 0; i < exact.size(); ++i) CHECK(std::abs(exact[i] - single[i]) < 1e-5);
  net.to(Device::cpu);
  CHECK(net(x).values<float>() == single);
  CHECK_THROWS_AS(net.to(Device::cpu, DType::float64), DtypeError);
}

TEST_CASE("children show their outputs under their full names") {
  Sequential net{Sequential{Conv2d{1, 2, {.kernel = 3}}, Relu{}}, Flatten{}};
  std::vector<std::string> seen;
  {
    const OutputWatch watch([&](const std::string& path, const Tensor& y) { seen.push_back(text(path, y.shape())); });
    const Tensor y = net(noise({1, 1, 5, 5}));
    CHECK(y.node()->scope == "1");
  }
  net(noise({1, 1, 5, 5}));
  CHECK(seen == std::vector<std::string>{"0.0[1, 2, 3, 3]", "0.1[1, 2, 3, 3]", "0[1, 2, 3, 3]", "1[1, 18]"});
}

TEST_CASE("layers without bias or scale have none in their state") {
  Conv2d conv{2, 4, {.kernel = {1, 3}, .stride = {1, 2}, .padding = {0, 0, 1, 1}, .groups = 2, .bias = false}};
  CHECK(names(conv) == std::vector<std::string>{"weight"});
  CHECK(conv.weight.shape() == Shape{4, 1, 1, 3});
  CHECK(conv(noise({1, 2, 3, 6})).shape() == Shape{1, 4, 3, 3});
  BatchNorm2d norm{4, {.affine = false}};
  CHECK(names(norm, true).empty());
  Linear linear{3, 2, {.bias = false}};
  CHECK(names(linear) == std::vector<std::string>{"weight"});
  CHECK(AvgPool2d{2}(noise({1, 1, 5, 5})).shape() == Shape{1, 1, 2, 2});
  CHECK(MaxPool2d({.kernel = 3, .stride = 2, .padding = 1})(noise({1, 1, 5, 5})).shape() == Shape{1, 1, 3, 3});
}

TEST_CASE("layers refuse impossible lengths by name") {
  CHECK_THROWS_WITH((Conv2d{3, 8, {.kernel = 3, .groups = 2}}),
                    Contains("Conv2d: expected channels divisible by groups 2"));
  CHECK_THROWS_WITH((Conv2d{3, 0, {.kernel = 3}}), Contains("Conv2d: expected channels"));
  CHECK_THROWS_WITH((Linear{-1, 3}), Contains("Linear: expected lengths"));
  CHECK_THROWS_WITH(BatchNorm2d{0}, Contains("BatchNorm2d: expected channels"));
  CHECK_THROWS_AS((Conv2d{ptrdiff_t(1) << 40, ptrdiff_t(1) << 40, {.kernel = 3}}), ShapeError);
}

TEST_CASE("dropout draws anew each step in training, repeats from a seed, and rests in evaluation") {
  Dropout layer{.25};
  const Tensor x = Tensor::full({64, 256}, 3).set_requires_grad();
  seed(4);
  const Tensor y = layer(x);
  const std::vector<float> first = y.values<float>(), second = layer(x).values<float>();
  CHECK(first != second);
  seed(4);
  CHECK(layer(x).values<float>() == first);
  const double n = double(first.size()), zeros = double(std::count(first.begin(), first.end(), 0.f));
  CHECK(std::abs(zeros / n - .25) < 5 * std::sqrt(.25 * .75 / n));
  CHECK(std::all_of(first.begin(), first.end(), [](float v) { return v == 0 || v == 4; }));
  backward(y, Tensor::full(y.shape(), 3));
  CHECK(x.grad().values<float>() == first);  // the same elements on the way back
  layer.eval();
  CHECK(layer(x).same_as(x));
  CHECK_THROWS_WITH(Dropout{1.}, Contains("Dropout: expected a rate in [0, 1), got 1"));
}

TEST_CASE("a layer norm starts as the plain normalisation") {
  LayerNorm layer{8};
  CHECK(names(layer) == std::vector<std::string>{"weight", "bias"});
  const std::vector<float> y = layer(noise({3, 8})).values<float>();
  for (size_t row = 0; row < 3; ++row) {
    double sum = 0, square = 0;
    for (size_t j = 0; j < 8; ++j) sum += y[8 * row + j], square += y[8 * row + j] * y[8 * row + j];
    CHECK(std::abs(sum) < 1e-5);
    CHECK(std::abs(square / 8 - 1) < 1e-3);
  }
  CHECK_THROWS_AS(LayerNorm{0}, ValueError);
}

TEST_CASE("a weight that two modules share is one parameter, and goes on being shared where it moves") {
  Linear a(4, 4), b(4, 4);
  b.weight = a.weight;
  Sequential net{a, b};
  CHECK(net.parameters().size() == 3);
  CHECK(net.parameter_count() == 16 + 4 + 4);
  CHECK(net.state().size() == 4);
  for (const Device device : {Device::reference, Device::cpu}) {
    net.to(device);
    CHECK(net.state()[0].tensor.device() == device);
    CHECK(net.state()[0].tensor.same_as(net.state()[2].tensor));
  }
}
