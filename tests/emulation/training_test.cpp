// A small network trained on the emulated device: as on the reference, twice the same, in whatever order threads and
// queues run; what it refuses, and what it costs in calls.
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <cmath>
#include <fstream>
#include <sstream>

#include "backends/cuda/conv2d.h"
#include "core/error.h"
#include "core/stats.h"
#include "losses/kinds/softmax/op.h"
#include "losses/softmax_focal.h"
#include "models/optim/adam.h"
#include "models/weights/module_weights.h"
#include "models/weights/tensor_bundle.h"
#include "ops/gather.h"
#include "ops/optimizer_kernels.h"
#include "tests/emulation/control.h"
#include "tests/small_training.h"

using namespace skew;
using Catch::Contains;

namespace {

struct Trained {
  std::vector<double> losses;
  std::vector<std::vector<double>> state;
  bool operator==(const Trained&) const = default;
};

Trained train(Device device, int steps = 4) {
  SmallTraining training(7, device);
  Trained result;
  for (int k = 0; k < steps; ++k) result.losses.push_back(training.step());
  for (const NamedState& s : training.net->state()) result.state.push_back(s.tensor.doubles());
  return result;
}

struct Settings {
  emu::Control before = emu::control;
  ~Settings() { emu::control = before; }
};

double largest_difference(const std::vector<double>& a, const std::vector<double>& b) {
  REQUIRE(a.size() == b.size());
  double worst = 0;
  for (size_t i = 0; i < a.size(); ++i) worst = std::max(worst, std::abs(a[i] - b[i]));
  return worst;
}

}  // namespace

TEST_CASE("a network trains on emulated cuda as on the reference") {
  const Trained here = train(Device::reference), there = train(Device::cuda);
  CHECK(here.losses[3] < here.losses[0]);
  CHECK(largest_difference(here.losses, there.losses) < 1e-5);
  REQUIRE(here.state.size() == there.state.size());
  for (size_t k = 0; k < here.state.size(); ++k) CHECK(largest_difference(here.state[k], there.state[k]) < 1e-4);
}

TEST_CASE("equal runs give equal bytes, in every order of threads and queues") {
  const Settings settings;
  const Trained first = train(Device::cuda, 2), one_step = train(Device::cuda, 1);
  for (const emu::Order order : {emu::Order::forward, emu::Order::reverse, emu::Order::random}) {
    emu::control.order = order;
    CHECK(train(Device::cuda, 2) == first);
  }
  emu::control.order = emu::Order::forward;
  for (unsigned seed = 1; seed <= 50; ++seed) {
    emu::control.streams = emu::Streams::random;
    emu::control.seed = seed;
    emu::control.order = std::array{emu::Order::forward, emu::Order::reverse, emu::Order::random}[seed % 3];
    CHECK(train(Device::cuda, 1) == one_step);
  }
}

TEST_CASE("without cuDNN the product of matrices trains the same network") {
  const Trained by_plans = train(Device::cuda, 3);
  CHECK(gpu::plan_counts().plans >= 5);
  CHECK(gpu::plan_counts().none == 0);
  gpu::convolution_mode().by_gemm = true;
  const Trained by_products = train(Device::cuda, 3);
  gpu::convolution_mode().by_gemm = false;
  CHECK(largest_difference(by_plans.losses, by_products.losses) < 1e-5);
}

TEST_CASE("a network's file is the same from either device, and training goes on from it exactly") {
  SmallTraining first(7, Device::cuda), second(8, Device::cuda);
  for (int k = 0; k < 2; ++k) first.step();
  const std::string path = "/tmp/skew_emulated_" + std::to_string(getpid()) + ".safetensors";
  const auto saved = [&](Module& net) {
    TensorBundle bundle;
    bundle.add(net);
    bundle.write(path);
    std::stringstream bytes;
    bytes << std::ifstream(path).rdbuf();
    return bytes.str();
  };
  const std::string from_cuda = saved(*first.net);
  load_weights(*second.net, SafetensorsFile::read(path));
  second.optimizer->load_state(first.optimizer->state());
  second.images = first.images;
  second.labels = first.labels;
  CHECK(saved(*second.net) == from_cuda);
  for (int k = 0; k < 2; ++k) CHECK(first.step() == second.step());
  const std::string later = saved(*first.net);
  first.net->to(Device::cpu);
  CHECK(saved(*first.net) == later);
  std::remove(path.c_str());
}

TEST_CASE("a bad label, a NaN logit and a bad index are refused at the next readback, in the words of the cpu") {
  const auto message = [](Device device, auto make) -> std::string {
    try {
      make(device).template values<float>();
    } catch (const Error& error) {
      return error.what();
    }
    return "nothing";
  };
  const auto pointwise = [](float logit, float label) {
    return [=](Device device) {
      const Tensor x = Tensor::from(std::vector<float>{1, 2, 3, logit, 5, 6}, {3, 2}, device);
      return loss(Ral{}, x, Tensor::from(std::vector<float>{0, 1, 0, 1, label, 1}, {3, 2}, device));
    };
  };
  const auto softmax = [](int64_t label) {
    return [=](Device device) {
      const Tensor x = Tensor::from(std::vector<float>{1, 2, 3, 4, 5, 6}, {3, 2}, device);
      return loss(SoftmaxFocal{}, x, Tensor::from(std::vector<int64_t>{0, label, 1}, {3}, device));
    };
  };
  const auto index = [](Device device) {
    return gather(Tensor::full({3}, 1, DType::float32, device), Tensor::from(std::vector<int64_t>{0, 7}, {2}, device),
                  0);
  };
  CHECK_THAT(message(Device::cuda, pointwise(4, 2)), Contains("row 2, column 0"));
  CHECK_THAT(message(Device::cuda, softmax(5)), Contains("the target of row 1 is 5"));
  CHECK(message(Device::cuda, pointwise(4, 2)) == message(Device::cpu, pointwise(4, 2)));
  CHECK(message(Device::cuda, pointwise(NAN, 1)) == message(Device::cpu, pointwise(NAN, 1)));
  CHECK(message(Device::cuda, softmax(5)) == message(Device::cpu, softmax(5)));
  CHECK(message(Device::cuda, index) == message(Device::cpu, index));
  CHECK(message(Device::cuda, pointwise(4, 1)) == "nothing");
}

TEST_CASE("a step whose verdict is bad writes nothing") {
  const Tensor p = Tensor::from(std::vector<float>{1, 2}, {2}, Device::cuda),
               g = Tensor::full({2}, 1, DType::float32, Device::cuda);
  const auto judged = [&](float loss_value, float gradient) {
    const Tensor l = Tensor::full({}, loss_value, DType::float32, Device::cuda);
    const Tensors gradients = {Tensor::full({2}, gradient, DType::float32, Device::cuda)};
    const Verdict verdict(Device::cuda);
    judge_step(Device::cuda, l, {}, gradients, 1, verdict);
    SgdItem item{p.copy(), gradients[0], {}, {1, 0, 0, 0, false, false, false}};
    sgd_update(Device::cuda, std::span(&item, 1), verdict);
    return std::pair(verdict.read(), item.p.doubles());
  };
  const auto [good, moved] = judged(3, 1);
  CHECK(good.fault == Fault::none);
  CHECK(good.loss == 3);
  CHECK(good.gradient_norm == Approx(std::sqrt(2.)));
  CHECK(good.clip == Approx(1 / std::sqrt(2.)).epsilon(1e-5));
  CHECK(moved[0] == Approx(1 - good.clip));
  const auto [no_loss, kept] = judged(NAN, 1);
  CHECK(no_loss.fault == Fault::loss);
  CHECK(kept == std::vector<double>{1, 2});
  const auto [no_norm, kept_too] = judged(3, INFINITY);
  CHECK(no_norm.fault == Fault::gradient_norm);
  CHECK(kept_too == std::vector<double>{1, 2});
}

TEST_CASE("a label that is refused leaves the weights as they were, and the next step is good") {
  Tensor p = Tensor::from(std::vector<float>{1, 2, 3, 4}, {2, 2}, Device::cuda);
  p.set_requires_grad();
  Sgd sgd({p}, {.lr = .1});
  const auto step = [&](float label) {
    sgd.zero_grad();
    const Tensor l = loss(Ral{}, p, Tensor::from(std::vector<float>{0, 1, label, 1}, {2, 2}, Device::cuda));
    backward(l);
    const Verdict verdict = judge(l, {}, {p}, INFINITY);
    sgd.step(verdict);
    return verdict.read();
  };
  CHECK_THROWS_WITH(step(2), Contains("row 1, column 0"));
  CHECK(p.doubles() == std::vector<double>{1, 2, 3, 4});
  const uint64_t before = emu::control.downloads;
  CHECK(step(1).fault == Fault::none);
  CHECK(emu::control.downloads == before + 1);
  CHECK(p.doubles() != std::vector<double>{1, 2, 3, 4});
}

TEST_CASE("a step in the long run asks the driver for no memory") {
  SmallTraining training(3, Device::cuda);
  for (int k = 0; k < 3; ++k) training.step();
  const emu::Control before = emu::control;
  const ptrdiff_t reorders = stats().reorders;
  training.step();
  const emu::Control& now = emu::control;
  std::printf(
      "a step of the small network: %ld launches, %ld calls of libraries, %ld uploads, %ld downloads, %ld reorders\n",
      long(now.launches - before.launches), long(now.library_calls - before.library_calls),
      long(now.uploads - before.uploads), long(now.downloads - before.downloads), long(stats().reorders - reorders));
#ifndef __SANITIZE_ADDRESS__  // there every block goes back at once
  CHECK(now.allocations == before.allocations);
#endif
}
