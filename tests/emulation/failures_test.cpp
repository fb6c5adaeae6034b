// One step of training with a failure planted at every call in turn: a launch, a copy or a library that fails once,
// memory that cannot be had, a device that breaks for good. Each is an exception that names an op and sizes and leaks
// nothing; the next step trains, or the device is dead and every use of it says so.
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdio>
#include <set>

#include "backends/cuda/conv2d.h"
#include "backends/cuda/runtime.h"
#include "core/error.h"
#include "models/networks/resnet.h"
#include "ops/conv2d.h"
#include "ops/operators.h"
#include "tests/emulation/control.h"
#include "tests/small_training.h"

using namespace skew;
using Catch::Contains;

namespace {

struct Settings {
  emu::Control before = emu::control;
  ~Settings() { emu::control = before; }
};

// A resnet8 in training, by the steps of apps/training: one verdict, read back once.
struct Residual {
  std::unique_ptr<Module> net = std::make_unique<ResNet>(resnet8_plan(), 3, 5);
  Tensor images, labels;
  std::unique_ptr<Sgd> optimizer;

  explicit Residual(uint64_t start) {
    seed(start);
    Generator random(start, 1);
    std::vector<float> pixels(2 * 3 * 8 * 8);
    for (float& v : pixels) v = float(random.normal());
    images = Tensor::from(pixels, {2, 3, 8, 8}, Device::cuda);
    labels = Tensor::from(std::vector<float>{1, 0, 0, 1, 0, 0, 0, 1, 0, 1}, {2, 5}, Device::cuda);
    net->to(Device::cuda);
    optimizer = std::make_unique<Sgd>(net->parameters(), SgdArgs{.lr = .05, .momentum = .9});
  }
  double step() {
    DeferredStatistics statistics;
    optimizer->zero_grad();
    const Tensor l = loss(Ral{}, (*net)(images), labels);
    backward(l);
    const Verdict verdict = judge(l, statistics, optimizer->parameters(), 5);
    optimizer->step(verdict);
    const StepNumbers numbers = verdict.read();
    statistics.apply();
    return numbers.loss;
  }
};

// Blocks of device memory that a network in training needs, the cache's not counted.
template <class Training> size_t needed_blocks(Training& training) {
  training.optimizer->zero_grad();
  CHECK(std::isfinite(training.step()));
  release_cached_memory();
  return emu::live_allocations();
}

// Trains a step with the failure that `plant(k)` sets, for k = 1, 2, … until reached() says that a step met none.
// Returns how many did; `seen` gets each message, while the failure stands. `replaced`: failures that a step may
// survive, of a plan that gave way to another, are counted there.
template <class Plant, class Reached, class Seen>
int fail_everywhere(Residual& training, const Plant& plant, const Reached& reached, const Seen& seen,
                    int* replaced = nullptr) {
  const Settings settings;
  std::set<std::string> names;
  for (int k = 1;; ++k) {
    std::string message;
    plant(k);
    try {
      training.step();
    } catch (const Error& error) {
      message = error.what();
    }
    const bool met = reached();
    INFO("failure " << k << ": " << message);
    if (met && message.empty() && replaced) {
      ++*replaced;
    } else if (met) {
      REQUIRE_FALSE(message.empty());
      names.insert(message.substr(0, message.find(':')));
      seen(message);
    } else {
      CHECK(message.empty());
    }
    emu::control = settings.before;
    gpu::declare_alive();
    if (!met) {
      std::string list;
      for (const std::string& name : names) list += " " + name;
      std::printf("%d places, in the names of%s\n", k - 1, list.c_str());
      return k - 1;
    }
    if (k % 8 == 1) CHECK(std::isfinite(training.step()));
  }
}

// An op's or another name before the first colon, and the size of what was tried in brackets or in words.
void names_op_and_size(const std::string& message) {
  const size_t colon = message.find(": ");
  REQUIRE(colon != std::string::npos);
  CHECK(colon > 2);
  CHECK(message.substr(0, colon).find(' ') == std::string::npos);
  CHECK(message.find_first_of("0123456789") != std::string::npos);
}

}  // namespace

TEST_CASE("a launch, a copy or a library that fails at any place of a step is named, and the next step trains") {
  Residual training(5);
  const size_t blocks = needed_blocks(training);
  int replaced = 0;
  const int points = fail_everywhere(
      training, [](int k) { emu::control.fail_call_at = k; }, [] { return emu::control.fail_call_at == 0; },
      [](const std::string& message) {
        names_op_and_size(message);
        CHECK_THAT(message, Contains("CUDA says") || Contains("cuBLAS says"));
      },
      &replaced);
  CHECK(points > 80);
  CHECK(replaced == 26);  // 9 convolutions, forward and to their weights, 8 of them to their inputs
  CHECK(needed_blocks(training) == blocks);
}

TEST_CASE("memory that cannot be had at any place of a step is said with its size, and the next step trains") {
  Residual training(6);
  const size_t blocks = needed_blocks(training);
  const int points = fail_everywhere(
      training,
      [](int k) {
        release_cached_memory();  // so that every tensor asks the driver
        emu::control.fail_malloc_at = k;
        emu::control.failing_mallocs = 1 << 20;  // also after the cache was given back, and for a smaller plan
      },
      [] { return emu::control.failing_mallocs < 1 << 20; },
      [](const std::string& message) {
        names_op_and_size(message);
        CHECK_THAT(message, Contains("bytes on 'cuda'"));
        CHECK_THAT(message, !Catch::StartsWith("memory:"));  // the op's name stands there
      });
  CHECK(points > 50);
  CHECK(needed_blocks(training) == blocks);
}

TEST_CASE("a device that breaks at any place of a step is dead: every further use is refused in one sentence") {
  Residual training(7);
  const size_t blocks = needed_blocks(training);
  const Tensor here = Tensor::full({2}, 3, DType::float32, Device::cpu);
  const int points = fail_everywhere(
      training,
      [](int k) {
        release_cached_memory();
        emu::control.break_at = k;
      },
      [] { return emu::control.broken; },
      [&](const std::string& message) {
        const std::string sentence = "the GPU stopped with cudaErrorIllegalAddress";
        CHECK_THAT(message, Contains(sentence) && Contains("start it again"));
        CHECK_THROWS_WITH(training.step(), Contains(sentence));
        CHECK_THROWS_WITH(training.images.values<float>(), Contains(sentence));
        CHECK_THROWS_WITH(Tensor::full({3}, 1, DType::float32, Device::cuda), Contains(sentence));
        CHECK_THROWS_WITH(here.to(Device::cuda), Contains(sentence));
        CHECK((here + here).values<float>()[0] == 6);  // the rest of the program goes on
      });
  CHECK(points > 140);
  CHECK(needed_blocks(training) == blocks);
}

TEST_CASE("a plan whose workspace cannot be had gives way to a smaller one, or to the product of matrices") {
  const Tensor x = Tensor::full({2, 8, 9, 9}, 1, DType::float32, Device::cuda),
               w = Tensor::full({16, 8, 3, 3}, 2, DType::float32, Device::cuda);
  const std::vector<double> expected = conv2d(x, w).doubles();
  const gpu::PlanCounts before = gpu::plan_counts();
  release_cached_memory();
  const Settings settings;
  emu::control.fail_malloc_at = 4;   // x and w in cuDNN's order, the result, the workspace
  emu::control.failing_mallocs = 2;  // and once more after the cache was given back
  CHECK(conv2d(x, w).doubles() == expected);
  CHECK(gpu::plan_counts().plans + gpu::plan_counts().none == before.plans + before.none);
}

TEST_CASE("memory that is short once is had from the cache, and nothing changes") {
  const auto losses = [](bool short_once) {
    SmallTraining training(8, Device::cuda);
    std::vector<double> list;
    for (int k = 0; k < 3; ++k) {
      const Settings settings;
      if (short_once) emu::control.fail_malloc_at = 2;
      list.push_back(training.step());
    }
    return list;
  };
  CHECK(losses(true) == losses(false));
}
