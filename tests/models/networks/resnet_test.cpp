// The table of networks: what each accepts and refuses, its summary. Values and names: golden_models_test.cpp.
#include "models/networks/resnet.h"

#include <catch2/catch.hpp>

#include "core/backward.h"
#include "core/error.h"
#include "models/networks/network_table.h"
#include "models/networks/summary.h"

using namespace skew;
using Catch::Matchers::Contains;

TEST_CASE("every named network gives logits at its smallest image and passes gradients to every parameter") {
  for (const NetworkInfo& info : networks()) {
    INFO(info.name);
    const auto net = make_network(info.name, {.in_channels = 1, .classes = 5, .image_size = info.min_image_size});
    const Tensor x = Tensor::full({2, 1, info.min_image_size, info.min_image_size + 3}, .5);
    const Tensor y = (*net)(x);
    CHECK(y.shape() == Shape{2, 5});
    backward(y, Tensor::full(y.shape(), 1));
    for (const NamedState& s : net->state()) {
      INFO(s.name);
      CHECK(s.tensor.grad().defined() == s.parameter);
      if (s.name.ends_with("num_batches_tracked")) CHECK(s.tensor.item() == 1);
    }
  }
}

TEST_CASE("unknown names and impossible sizes are refused with the way out") {
  CHECK_THROWS_WITH(make_network("resnet19", {}), Contains("unknown model 'resnet19'; did you mean 'resnet18'?"));
  CHECK_THROWS_AS(make_network("resnet18", {.image_size = {224, 7}}), ShapeError);
  CHECK_THROWS_WITH(make_network("resnet18", {.image_size = {224, 7}}),
                    Contains("resnet18: expected images of at least 8×8 pixels, got 224×7"));
  CHECK_THROWS_AS(make_network("resnet8", {.in_channels = 0}), ValueError);
  CHECK_THROWS_AS(make_network("resnet8", {.classes = -3}), ValueError);
  CHECK_THROWS_AS(make_network("resnet8", {.classes = ptrdiff_t(1) << 60}), ShapeError);
  CHECK_THROWS_AS((ResNet{{.blocks = {1, 1}, .widths = {8}}, 3, 2}), ValueError);
  CHECK_THROWS_AS((ResNet{{.blocks = {1, 0}, .widths = {8, 8}}, 3, 2}), ValueError);
}

TEST_CASE("a summary counts what passes one image and leaves the network as it was") {
  const auto net = make_network("resnet8", {.in_channels = 1, .classes = 14, .image_size = 28});
  const std::vector<float> before = net->state()[0].tensor.values<float>();
  const NetworkSummary s = summary(*net, {64, 1, 28, 28});
  CHECK(s.parameters == 78014);
  CHECK(s.parameters == net->parameter_count());
  // stem 28²·16·9, layer1 2·28²·16²·9, layer2 14²·(16·32·9 + 32²·9 + 16·32), layer3 7²·(32·64·9 + 64²·9 + 32·64), fc
  CHECK(s.multiply_adds == 784 * 144 + 784 * 4608 + 196 * 14336 + 49 * 57344 + 64 * 14);
  ptrdiff_t sum = 0;
  for (const LayerSummary& layer : s.layers) sum += layer.parameters;
  CHECK(sum == s.parameters);
  CHECK(s.layers.front().name == "conv1");
  CHECK(s.layers.front().output == Shape{1, 16, 28, 28});
  CHECK(s.layers.back().name == "fc");
  CHECK(net->training());
  CHECK(net->state()[0].tensor.values<float>() == before);
  for (const NamedState& state : net->state()) {
    CHECK(state.tensor.layout().is_row_major());
    if (state.name.ends_with("num_batches_tracked")) CHECK(state.tensor.item() == 0);
  }
  CHECK_THAT(text(s), Contains("layer3.0.downsample.0") && Contains("78014"));
}

TEST_CASE("a summary runs where the network is") {
  const auto net = make_network("small_cnn", {.classes = 14, .image_size = 28});
  const ptrdiff_t on_cpu = summary(*net, {1, 3, 28, 28}).multiply_adds;
  net->to(Device::reference, DType::float64);
  CHECK(summary(*net, {1, 3, 28, 28}).multiply_adds == on_cpu);
  CHECK(net->parameter_count() == 93472 + 129 * 14);
  CHECK_THROWS_AS(summary(*net, {1, 4, 28, 28}), ShapeError);
  CHECK(net->training());
}

TEST_CASE("counts get three digits and a unit") {
  CHECK(with_unit(0) == "0");
  CHECK(with_unit(999) == "999");
  CHECK(with_unit(78014) == "78.0 k");
  CHECK(with_unit(999999) == "1.00 M");
  CHECK(with_unit(11183694) == "11.2 M");
  CHECK(with_unit(1813568512) == "1.81 G");
  CHECK(with_unit(995000) == "995 k");
}
