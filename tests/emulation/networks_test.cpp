// The project's own networks on the emulated device: their loss beside the reference's, and what a step of a ResNet-18
// costs in launches, copies and memory. These counts are limits: a change that exceeds them is seen here.
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "core/backward.h"
#include "core/random.h"
#include "core/stats.h"
#include "losses/kinds/pointwise/op.h"
#include "losses/ral.h"
#include "models/networks/resnet.h"
#include "models/networks/small_cnn.h"
#include "models/optim/clip.h"
#include "models/optim/sgd.h"
#include "tests/emulation/control.h"

using namespace skew;

namespace {

bool long_run() {
  const char* asked = std::getenv("SKEW_LONG");
  return asked && *asked == '1';
}

// A network in training by the steps of apps/training: one verdict, read back once.
struct Training {
  static constexpr ptrdiff_t classes = 5;
  std::unique_ptr<Module> net;
  Device device;
  ptrdiff_t batch, side;
  std::vector<float> pixels, targets;
  std::unique_ptr<Sgd> optimizer;

  Training(std::unique_ptr<Module> made, Device device, ptrdiff_t batch, ptrdiff_t side)
      : net(std::move(made)),
        device(device),
        batch(batch),
        side(side),
        pixels(size_t(batch * 3 * side * side)),
        targets(size_t(batch * classes)) {
    Generator random(11, 1);
    for (float& v : pixels) v = float(random.normal());
    for (float& v : targets) v = float(random.below(2));
    net->to(device);
    optimizer = std::make_unique<Sgd>(net->parameters(), SgdArgs{.lr = .02, .momentum = .9});
  }
  double step() {
    const Tensor images = Tensor::from(pixels, {batch, 3, side, side}, device).to(Layout::channels_last()),
                 labels = Tensor::from(targets, {batch, classes}, device);
    DeferredStatistics statistics;
    const Tensor l = loss(Ral{}, (*net)(images), labels);
    backward(l);
    const Verdict verdict = judge(l, statistics, optimizer->parameters(), 5);
    optimizer->step(verdict);
    const StepNumbers numbers = verdict.read();
    REQUIRE(numbers.fault == Fault::none);
    optimizer->zero_grad();
    statistics.apply();
    return numbers.loss;
  }
};

template <class Make> std::vector<double> losses(const Make& make, Device device, int steps) {
  seed(4);
  Training training(make(), device, 4, 16);
  std::vector<double> list;
  for (int k = 0; k < steps; ++k) list.push_back(training.step());
  return list;
}

template <class Make> void follows_reference(const char* name, const Make& make) {
  const std::vector<double> here = losses(make, Device::reference, 20), there = losses(make, Device::cuda, 20);
  double worst = 0;
  for (size_t k = 0; k < here.size(); ++k) worst = std::max(worst, std::abs(here[k] - there[k]) / std::abs(here[0]));
  std::printf("%s, 20 steps of RAL: loss %.4f to %.4f, emulated cuda off by at most %.1e of the first\n", name, here[0],
              here.back(), worst);
  CHECK(here.back() < here[0]);
  CHECK(worst < 2e-3);  // 20 steps of float beside float, which drift apart as rounding grows
  const int again = long_run() ? 20 : 5;
  const std::vector<double> first(there.begin(), there.begin() + again);
  CHECK(losses(make, Device::cuda, again) == first);
}

}  // namespace

TEST_CASE("small_cnn and resnet8 train on emulated cuda as on the reference, twice the same") {
  follows_reference("small_cnn", [] { return std::make_unique<SmallCnn>(3, Training::classes); });
  follows_reference("resnet8", [] { return std::make_unique<ResNet>(resnet8_plan(), 3, Training::classes); });
}

namespace {

struct Cost {
  long launches, library, uploads, downloads, allocations, reorders;
};
Cost cost_of_step(Training& training) {
  const emu::Control before = emu::control;
  const ptrdiff_t reorders = stats().reorders + stats().weight_reorders;
  training.step();
  const emu::Control& now = emu::control;
  return {long(now.launches - before.launches),       long(now.library_calls - before.library_calls),
          long(now.uploads - before.uploads),         long(now.downloads - before.downloads),
          long(now.allocations - before.allocations), long(stats().reorders + stats().weight_reorders - reorders)};
}

}  // namespace

TEST_CASE("a step of a ResNet-18 costs few launches and copies, no memory, and no change of order behind the stem") {
  seed(4);
  const ptrdiff_t side = long_run() ? 64 : 32;  // the counts are the same
  Training training(std::make_unique<ResNet>(resnet18_plan(), 3, Training::classes), Device::cuda, 2, side);
  for (int k = 0; k < 3; ++k) training.step();
  const Cost cost = cost_of_step(training);
  std::printf(
      "ResNet-18, a step at %ld px: %ld launches of our own, %ld calls of cuDNN and cuBLAS, %ld uploads, %ld "
      "readbacks, "
      "%ld allocations, %ld changes of order\n",
      long(side), cost.launches, cost.library, cost.uploads, cost.downloads, cost.allocations, cost.reorders);
  CHECK(cost.launches + cost.library <= 220);
  CHECK(cost.uploads <= 2);    // images and labels
  CHECK(cost.downloads == 1);  // the verdict, refusals included
#ifndef __SANITIZE_ADDRESS__   // there every block goes back at once
  CHECK(cost.allocations == 0);
#endif
  CHECK(cost.reorders == 1);  // the images', when they have come
}
