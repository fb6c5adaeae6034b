// A second device enters by one door: an arena that only its kernels can read (tests/arena_device.h) trains a network
// through the ordinary engine. No line of core, ops, losses, models or apps names it; a read from outside ends the
// process.
#include <catch2/catch.hpp>

#include "core/backward.h"
#include "core/error.h"
#include "core/nonfinite.h"
#include "core/op_watch.h"
#include "core/pending.h"
#include "models/optim/average.h"
#include "models/optim/make_optimizer.h"
#include "models/weights/tensor_bundle.h"
#include "ops/arithmetic.h"
#include "ops/channel_bias.h"
#include "ops/gemm.h"
#include "ops/pointwise.h"
#include "ops/pool.h"
#include "tests/arena_device.h"
#include "tests/small_training.h"

using namespace skew;
using Catch::Contains;

namespace {

const bool filled = arena::memory() && arena::kernel<conv2d_forward>() && arena::kernel<conv2d_backward_data>() &&
                    arena::kernel<conv2d_backward_weights>() && arena::kernel<batch_norm_forward>() &&
                    arena::kernel<batch_norm_backward>() && arena::kernel<move_running_statistics>() &&
                    arena::kernel<pointwise_forward<ReluFormula>>() &&
                    arena::kernel<pointwise_backward<ReluFormula>>() && arena::kernel<max_pool_forward>() &&
                    arena::kernel<max_pool_backward>() && arena::kernel<avg_pool_forward>() &&
                    arena::kernel<avg_pool_backward>() && arena::kernel<pointwise_loss_kernel<Ral>>() &&
                    arena::kernel<scale_saved_gradient>() && arena::kernel<gemm>() &&
                    arena::kernel<sum_to_channels>() && arena::kernel<add_gradients>() && arena::kernel<sgd_update>() &&
                    arena::kernel<adam_update>() && arena::kernel<average_update>() && arena::kernel<judge_step>() &&
                    arena::kernel<power_sum>() && arena::kernel<scale_in_place>();

}  // namespace

TEST_CASE("memory of another device cannot be read or written by accident") {
  REQUIRE(filled);
  Tensor t = Tensor::from(std::vector<float>{1, 2, 3}, {3}, arena::device);
  CHECK_THROWS_AS(t.data<float>(), DeviceError);
  CHECK_THROWS_AS(t.fill<float>(), DeviceError);
  CHECK_THROWS_AS(t.write<float>("test"), DeviceError);
  CHECK_THROWS_AS(t.bytes(), DeviceError);
  CHECK_THROWS_WITH(t.data<float>(), Contains("the memory of 'cuda'") && Contains("take .host()"));
  CHECK_THROWS_AS(Tensor::empty({2}, DType::float64, arena::device), DtypeError);
  CHECK_THROWS_WITH(exp(t), Contains("exp: no kernel for 'cuda'"));
}

TEST_CASE("elements travel to another device and back, whatever carries them") {
  const std::vector<float> values = {1, -2, 3.5f, 0, 5, 6};
  const Tensor t = Tensor::from(values, {2, 3}, arena::device);
  CHECK(t.values<float>() == values);
  CHECK(t.to(Device::cpu).values<float>() == values);
  CHECK(t.host().device() == Device::reference);
  CHECK(t.copy().values<float>() == values);
  CHECK(t.view({3, 2}).values<float>() == values);
  CHECK(t.to(DType::int64).values<int64_t>() == std::vector<int64_t>{1, -2, 3, 0, 5, 6});
  CHECK(Tensor::full({4}, 2.5, DType::float32, arena::device).doubles() == std::vector<double>(4, 2.5));
  CHECK(Tensor::full({}, 7, DType::int64, arena::device).item() == 7);
  CHECK(all_finite(t));
  CHECK_FALSE(all_finite(Tensor::full({3}, INFINITY, DType::float32, arena::device)));
  TensorBundle bundle;
  bundle.add("t", t);
  CHECK(tensor_of(bundle.tensors()[0], "memory").values<float>() == values);
}

TEST_CASE("a network trains on another device as on the reference, to the bit") {
  struct Trained {
    std::vector<double> losses;
    std::vector<std::vector<double>> state;
  };
  const auto train = [](Device device) {
    SmallTraining training(7, device);
    Trained result;
    for (int k = 0; k < 4; ++k) result.losses.push_back(training.step());
    for (const NamedState& s : training.net->state()) result.state.push_back(s.tensor.doubles());
    return result;
  };
  const ptrdiff_t before = arena::open_count();
  const Trained here = train(Device::reference), there = train(arena::device);
  CHECK(arena::open_count() > before + 100);  // it was the arena's kernels that ran
  CHECK(here.losses == there.losses);
  CHECK(here.state == there.state);
  CHECK(here.losses[3] < here.losses[0]);
}

TEST_CASE("a refusal found on the device is thrown at the next readback, once") {
  const auto refuse = [](const char* name) {
    return [name](int64_t element) { throw ValueError(text(name, ": element ", element)); };
  };
  const auto mark = [](int64_t* cell, int64_t element) {
    const arena::Open open;
    *cell = std::min(*cell, element);
  };
  const Tensor t = Tensor::from(std::vector<float>{4}, {1}, arena::device);
  mark(pending_cell(arena::device, refuse("never")), no_element);
  mark(pending_cell(arena::device, refuse("gather")), 17);
  mark(pending_cell(arena::device, refuse("later")), 3);
  CHECK_THROWS_WITH(t.item(), "gather: element 17");
  CHECK(t.item() == 4);
  for (int k = 0; k < 200; ++k) pending_cell(arena::device, refuse("never"));
  mark(pending_cell(arena::device, refuse("many")), 2);
  CHECK_THROWS_WITH(Verdict(arena::device).read(), "many: element 2");
  CHECK(Verdict(arena::device).read().fault == Fault::none);
}

TEST_CASE("a device says how time is measured on it") {
  REQUIRE(seconds_on_device.set(arena::device, [] {
    static double clock = 0;
    return clock += 2;
  }));
  std::vector<double> seen;
  const OpWatch watch([&](std::string_view, std::string_view, Pass, double seconds) { seen.push_back(seconds); });
  relu(Tensor::from(std::vector<float>{-1, 1}, {2}, arena::device));
  CHECK(seen == std::vector<double>{2});
}
