// A few training steps of a small network on made-up images: what the tests of leaks and of repeatability run.
#pragma once
#include "core/backward.h"
#include "core/random.h"
#include "losses/kinds/pointwise/op.h"
#include "losses/ral.h"
#include "models/modules/batch_norm2d.h"
#include "models/modules/conv2d.h"
#include "models/modules/linear.h"
#include "models/modules/pooling.h"
#include "models/modules/sequential.h"
#include "models/optim/clip.h"
#include "models/optim/sgd.h"

struct SmallTraining {
  static constexpr ptrdiff_t batch = 8, classes = 5;

  explicit SmallTraining(uint64_t seed, skew::Device device = skew::Device::cpu) {
    skew::seed(seed);
    skew::Generator random(seed, 1);
    std::vector<float> pixels(size_t(batch * 3 * 16 * 16)), targets(size_t(batch * classes));
    for (float& v : pixels) v = float(random.normal());
    for (float& v : targets) v = float(random.below(2));
    images = skew::Tensor::from(pixels, {batch, 3, 16, 16}, device);
    labels = skew::Tensor::from(targets, {batch, classes}, device);
    net = std::make_unique<skew::Sequential>(
        skew::Conv2d{3, 16, {.kernel = 3, .padding = 1}}, skew::BatchNorm2d{16, {.relu = true}}, skew::MaxPool2d{2},
        skew::Conv2d{16, 32, {.kernel = 3, .padding = 1, .bias = false}}, skew::BatchNorm2d{32}, skew::Relu{},
        skew::GlobalAvgPool{}, skew::Linear{32, classes});
    net->to(device);
    optimizer = std::make_unique<skew::Sgd>(net->parameters(), skew::SgdArgs{.lr = .05, .momentum = .9});
  }

  double step() {
    const skew::Tensor l = skew::loss(skew::Ral{}, (*net)(images), labels, {.reduction = skew::Reduction::mean});
    optimizer->zero_grad();
    skew::backward(l);
    skew::clip_grad_norm(net->parameters(), 1);
    optimizer->step();
    return l.item();
  }

  skew::Tensor images, labels;
  std::unique_ptr<skew::Sequential> net;
  std::unique_ptr<skew::Sgd> optimizer;
};
