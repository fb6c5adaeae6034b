// One verdict a step: a bad one leaves weights, statistics and the optimiser's memory as they were, a good one clips.
#include "ops/verdict.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "core/backward.h"
#include "core/random.h"
#include "models/modules/batch_norm2d.h"
#include "models/modules/conv2d.h"
#include "models/modules/linear.h"
#include "models/modules/pooling.h"
#include "models/modules/sequential.h"
#include "models/optim/clip.h"
#include "models/optim/make_optimizer.h"
#include "ops/arithmetic.h"
#include "ops/pointwise.h"
#include "ops/reduce.h"

using namespace skew;

namespace {

struct Net {
  std::unique_ptr<Sequential> layers;
  std::unique_ptr<Optimizer> optimizer;
  Tensor images;

  Net(const std::string& name, Device device) {
    seed(3);
    layers = std::make_unique<Sequential>(Conv2d{2, 4, {.kernel = 3, .padding = 1}}, BatchNorm2d{4}, GlobalAvgPool{},
                                          Linear{4, 3});
    layers->to(device);
    optimizer = make_optimizer(name, layers->parameters(), {{"lr", .01}});
    Generator random(5, 1);
    std::vector<float> pixels(size_t(6 * 2 * 5 * 5));
    for (float& v : pixels) v = float(random.normal());
    images = Tensor::from(pixels, {6, 2, 5, 5}, device);
  }

  // A step whose images and loss are multiplied; returns what was found.
  StepNumbers step(double image_scale, double loss_scale, double max_norm = INFINITY) {
    DeferredStatistics statistics;
    const Tensor factor = Tensor::full({}, image_scale, DType::float32, images.device());
    const Tensor l =
        mul(sum(square((*layers)(mul(images, factor)))), Tensor::full({}, loss_scale, DType::float32, images.device()));
    backward(l);
    const Verdict verdict = judge(l, statistics, optimizer->parameters(), max_norm);
    optimizer->step(verdict);
    const StepNumbers numbers = verdict.read();
    if (numbers.fault == Fault::none) statistics.apply();
    else optimizer->forget_step();
    optimizer->zero_grad();
    return numbers;
  }

  std::vector<std::vector<double>> everything() const {
    std::vector<std::vector<double>> all;
    for (const NamedState& s : layers->state())
      if (!s.name.ends_with("num_batches_tracked")) all.push_back(s.tensor.doubles());
    for (const StateTensor& s : optimizer->state()) all.push_back(s.tensor.doubles());
    return all;
  }
};

}  // namespace

TEST_CASE("a bad step leaves weights, running statistics and the optimiser's memory as they were") {
  for (const Device device : {Device::reference, Device::cpu})
    for (const std::string& name : optimizer_names())
      for (const bool first : {true, false}) {
        INFO(name << " on " << name_of(device) << (first ? ", first step" : ", later step"));
        Net net(name, device);
        if (!first) CHECK(net.step(1, 1).fault == Fault::none);
        const auto before = net.everything();
        CHECK(net.step(1, INFINITY).fault == Fault::loss);
        CHECK(net.everything() == before);
        CHECK(net.step(1e30, 1e-30).fault == Fault::statistic);  // the variance overflows, the result is finite
        CHECK(net.everything() == before);

        CHECK(net.step(1, 1).fault == Fault::none);
        Net undisturbed(name, device);
        if (!first) undisturbed.step(1, 1);
        undisturbed.step(1, 1);
        CHECK(net.everything() == undisturbed.everything());
      }
}

TEST_CASE("a gradient that overflows in its norm is found when nothing else is") {
  Net net("adam", Device::cpu);
  const auto before = net.everything();
  Tensor p = net.optimizer->parameters()[0];
  p.set_grad(Tensor::full(p.shape(), INFINITY));
  const Verdict verdict = judge(Tensor::full({}, 1), DeferredStatistics{}, net.optimizer->parameters(), 1);
  net.optimizer->step(verdict);
  CHECK(verdict.read().fault == Fault::gradient_norm);
  net.optimizer->forget_step();
  CHECK(net.everything() == before);
}

TEST_CASE("a verdict clips as clip_grad_norm does, to the bit") {
  for (const Device device : {Device::reference, Device::cpu})
    for (const std::string& name : optimizer_names()) {
      INFO(name << " on " << name_of(device));
      Net judged(name, device), clipped(name, device);
      double norm = 0;
      for (int k = 0; k < 3; ++k) {
        norm = judged.step(1, 10, .25).gradient_norm;
        const Tensor l =
            mul(sum(square((*clipped.layers)(clipped.images))), Tensor::full({}, 10, DType::float32, device));
        backward(l);
        CHECK(clip_grad_norm(clipped.optimizer->parameters(), .25) == norm);
        clipped.optimizer->step();
        clipped.optimizer->zero_grad();
      }
      CHECK(norm > .25);  // or nothing was clipped
      CHECK(judged.everything() == clipped.everything());
    }
}
