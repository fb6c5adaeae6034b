// Inside a chain of convolutions nobody reorders activations: each layer takes the order in which the one before left
// them, forward and backward. Only the image on its way in and the gradient on its way in may be brought into order.
// What the three directions of a convolution like best is oneDNN's choice: with AVX-512 they agree; with AVX2 a few
// strided ones do not; below that it has kernels for one direction only and nothing is promised.
#include <catch2/catch.hpp>
#include <iostream>

#include "core/backward.h"
#include "core/kernel.h"
#include "core/memory.h"
#include "core/random.h"
#include "core/stats.h"
#include "models/modules/batch_norm2d.h"
#include "models/modules/conv2d.h"
#include "models/modules/linear.h"
#include "models/modules/pooling.h"
#include "models/modules/sequential.h"
#include "models/networks/network_table.h"

using namespace skew;

namespace {

Tensor noise(Shape shape) {
  Generator g(5);
  std::vector<float> v(size_t(shape.count()));
  for (float& x : v) x = float(g.normal());
  return Tensor::from(v, shape);
}

struct Reorders {
  ptrdiff_t activations, weights;
};

// Order changes of one training step, after a first one in which weights take their order.
Reorders second_step(Module& net, const Tensor& x) {
  Reorders counted{};
  for (int step = 0; step < 2; ++step) {
    const ptrdiff_t activations = stats().reorders, weights = stats().weight_reorders;
    const Tensor y = net(x);
    backward(y, Tensor::full(y.shape(), .01));
    counted = {stats().reorders - activations, stats().weight_reorders - weights};
    for (Tensor& p : net.parameters()) {  // as an optimiser does: the next step sees changed weights
      float* w = p.write<float>("test");
      for (ptrdiff_t i = 0; i < p.count(); ++i) w[i] *= .999f;
      p.set_grad({});
    }
  }
  return counted;
}

}  // namespace

TEST_CASE("a chain of conv, batch norm, relu and pool reorders no activation") {
  if (kernel_library(Device::cpu).ends_with("baseline")) {
    std::cout << "SKIPPED: layout chain: this machine has no AVX2\n";
    return;
  }
  for (const ptrdiff_t channels : {16, 32, 48}) {
    Conv2d entry{3, channels, {.kernel = 3, .padding = 1}};
    Sequential chain{Conv2d{channels, 2 * channels, {.kernel = 3, .padding = 1, .bias = false}},
                     BatchNorm2d{2 * channels, {.relu = true}},
                     Conv2d{2 * channels, 2 * channels, {.kernel = 3, .stride = 2, .padding = 1}},
                     BatchNorm2d{2 * channels},
                     Relu{},
                     MaxPool2d{2},
                     AvgPool2d{2}};
    Tensor x;
    {
      const NoGrad no_grad;
      x = entry(noise({4, 3, 32, 32}));  // in the order that the cpu likes: the image's own change stays outside
    }
    for (int step = 0; step < 2; ++step) {
      const ptrdiff_t before = stats().reorders;
      const Tensor y = chain(x);
      CHECK(stats().reorders == before);
      const Tensor dy = Tensor::full(y.shape(), .01).to(y.layout());  // likewise the gradient's
      const ptrdiff_t between = stats().reorders;
      backward(y, dy);
      CHECK(stats().reorders == between);
    }
  }
}

TEST_CASE("whole networks reorder the image, the gradient's entry, and each weight once a step") {
  if (!facts_of(Device::cpu).row_major_only && !kernel_library(Device::cpu).ends_with("avx512")) {
    std::cout << "SKIPPED: layouts of whole networks: this machine has no AVX-512\n";
    return;
  }
  for (const NetworkInfo& info : networks()) {
    const auto net = make_network(info.name, {.classes = 14, .image_size = 64});
    ptrdiff_t convolutions = 0;
    for (const NamedState& s : net->state()) convolutions += s.tensor.shape().rank() == 4;
    const Reorders r = second_step(*net, noise({4, 3, 64, 64}));
    std::cout << info.name << ": " << r.activations << " activations, " << r.weights << " weights of " << convolutions
              << " convolutions reordered in a step\n";
    CHECK(r.activations <= 2);
    CHECK(r.weights <= convolutions);  // packed for backward data; the gradient comes in the weight's own order
  }
}
