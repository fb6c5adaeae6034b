// One step of a small network with a failure planted at every call in turn: a launch that fails, memory that cannot be
// had. Each is an exception that names an op, leaks nothing, and leaves a state that trains on.
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdio>

#include "backends/cuda/conv2d.h"
#include "core/error.h"
#include "ops/conv2d.h"
#include "tests/emulation/control.h"
#include "tests/small_training.h"

using namespace skew;

namespace {

struct Settings {
  emu::Control before = emu::control;
  ~Settings() { emu::control = before; }
};

// Blocks of device memory that a network in training needs, the cache's not counted.
size_t needed_blocks(SmallTraining& training) {
  training.step();
  release_cached_memory();
  return emu::live_allocations();
}

// Trains a step with the failure that `plant(k)` sets, for k = 1, 2, … until a step meets none. Returns how many did;
// `seen` gets each message.
template <class Plant, class Seen> int fail_everywhere(SmallTraining& training, const Plant& plant, const Seen& seen) {
  const Settings settings;
  for (int k = 1;; ++k) {
    plant(k);
    try {
      training.step();
      return k - 1;
    } catch (const Error& error) {
      seen(std::string(error.what()));
    }
    emu::control = settings.before;
    training.optimizer->zero_grad();
    INFO("after failure " << k);
    CHECK(std::isfinite(training.step()));
  }
}

}  // namespace

TEST_CASE("a launch that fails at any place of a step is named, and the next step trains") {
  SmallTraining training(5, Device::cuda);
  const size_t blocks = needed_blocks(training);
  const int points = fail_everywhere(
      training, [](int k) { emu::control.fail_launch_at = k; },
      [](const std::string& message) {
        INFO(message);
        CHECK(message.find("cudaErrorLaunchFailure") != std::string::npos);
        CHECK(message.find(": CUDA says") > 2);  // behind the op's name
      });
  std::printf("failed launches: %d places in a step\n", points);
  CHECK(points > 30);
  CHECK(needed_blocks(training) == blocks);
}

TEST_CASE("memory that cannot be had at any place of a step is said with its size, and the next step trains") {
  SmallTraining training(6, Device::cuda);
  const size_t blocks = needed_blocks(training);
  const int points = fail_everywhere(
      training,
      [](int k) {
        release_cached_memory();  // so that every tensor asks the driver
        emu::control.fail_malloc_at = k;
        emu::control.failing_mallocs = 1 << 20;  // also after the cache was given back, and for a smaller plan
      },
      [](const std::string& message) {
        INFO(message);
        CHECK(message.find("bytes on 'cuda'") != std::string::npos);
      });
  std::printf("no memory: %d places in a step\n", points);
  CHECK(points > 20);
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
