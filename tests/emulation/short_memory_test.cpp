// Memory that is short outside of cudaMalloc: for a handle of a library, for a launch, for a library's execution. It is
// asked for once more after the cache was given back, and a MemoryError where that does not help.
#include <catch2/catch.hpp>
#include <cstdio>

#include "core/error.h"
#include "core/stats.h"
#include "core/storage.h"
#include "ops/conv2d.h"
#include "ops/matmul.h"
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

// f() with memory short at the first call that may need some: `times` in a row. Whether the call was met is checked.
template <class F> auto short_of_memory(int times, const F& f) {
  const Settings settings;
  { const Tensor cached = Tensor::full({1000}, 1, DType::float32, Device::cuda); }
  emu::control.short_call_at = 1;
  emu::control.short_calls = times;
  struct Met {
    ~Met() { CHECK(emu::control.short_calls == 0); }
  } met;
  return f();
}

Tensor ones(const Shape& shape) { return Tensor::full(shape, 1, DType::float32, Device::cuda); }

}  // namespace

// First in this file: each ctest entry is a program of its own, in which no handle has been made.
TEST_CASE("handles of libraries are made again where memory was short") {
  const Tensor a = ones({2, 3}), b = ones({3, 2}), x = ones({1, 8, 5, 5}).to(Layout::channels_last()),
               w = ones({8, 8, 3, 3}).to(Layout::channels_last());
  CHECK_THROWS_AS(short_of_memory(2, [&] { return matmul(a, b); }), MemoryError);
  CHECK(short_of_memory(1, [&] { return matmul(a, b); }).doubles() == std::vector<double>(4, 3));
  CHECK_THROWS_AS(short_of_memory(2, [&] { return conv2d_forward(Device::cuda, x, w, {}, {}); }), MemoryError);
  CHECK(short_of_memory(1, [&] { return conv2d_forward(Device::cuda, x, w, {}, {}); }).doubles() ==
        std::vector<double>(72, 72));
}

TEST_CASE("a launch that finds no memory is made again, and named where there is none") {
  const Tensor a = ones({2, 3});
  CHECK(short_of_memory(1, [&] { return a + a; }).doubles() == std::vector<double>(6, 2));
  CHECK(stats().cached_bytes >= 0);
  CHECK_THROWS_AS(short_of_memory(2, [&] { return a + a; }), MemoryError);
  CHECK_THROWS_WITH(short_of_memory(2, [&] { return a + a; }),
                    Contains("add: CUDA says cudaErrorMemoryAllocation") && Contains("use a smaller batch"));
  CHECK((a + a).doubles() == std::vector<double>(6, 2));
}

TEST_CASE("a step of training survives memory that is short once, at any of its calls") {
  const auto losses = [](int at) {
    SmallTraining training(8, Device::cuda);
    std::vector<double> list = {training.step()};
    const Settings settings;
    emu::control.short_call_at = at;
    for (int k = 0; k < 2; ++k) list.push_back(training.step());
    return std::pair(list, emu::control.short_calls == 0);
  };
  const std::vector<double> expected = losses(0).first;
  int places = 0;
  for (;; ++places) {
    const auto [found, met] = losses(places + 1);
    if (!met) break;
    INFO("call " << places + 1);
    CHECK(found == expected);
  }
  std::printf("%d places\n", places);
  CHECK(places > 20);
}

TEST_CASE("the sentence of a lack of memory counts the tensors of that device alone") {
  const Tensor elsewhere = Tensor::full({1 << 24}, 1, DType::float32, Device::cpu);
  const Settings settings;
  release_cached_memory();
  emu::control.fail_malloc_at = 1;
  emu::control.failing_mallocs = 2;
  try {
    ones({1000});
    FAIL("there was memory");
  } catch (const MemoryError& error) {
    const std::string sentence = error.what();
    INFO(sentence);
    const size_t at = sentence.find('(');
    REQUIRE(at != std::string::npos);
    CHECK(std::stoll(sentence.substr(at + 1)) < ptrdiff_t(elsewhere.count()) * 4);
    CHECK_THAT(sentence, Contains("held by tensors there"));
  }
}
