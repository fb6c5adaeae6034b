#include "core/random.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <thread>
#include <vector>

using namespace skew;

TEST_CASE("philox gives the published known answers") {  // Random123's kat_vectors, philox4x32 10
  CHECK(philox(0, 0, 0) == std::array<uint32_t, 4>{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
  CHECK(philox(~0ull, ~0ull, ~0ull) == std::array<uint32_t, 4>{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
}

TEST_CASE("a generator continues from its position") {
  Generator a(7, 3);
  for (int i = 0; i < 5; ++i) a.bits();
  Generator b(7, 3, a.position());
  for (int i = 0; i < 9; ++i) CHECK(a.bits() == b.bits());
}

TEST_CASE("after words were reserved, those behind them follow") {
  for (const uint64_t before : {0, 1, 3})
    for (const uint64_t words : {1, 2, 5, 8}) {
      Generator g(7), other(7, 0, before + words);
      for (uint64_t k = 0; k < before; ++k) g.bits();
      CHECK(g.reserve(words) == before);
      for (int k = 0; k < 9; ++k) CHECK(g.bits() == other.bits());
    }
}

TEST_CASE("moments of uniform and normal") {
  Generator g(1);
  double sum = 0, square = 0, n = 100000, u = 0;
  for (int i = 0; i < n; ++i) {
    const double x = g.normal();
    sum += x, square += x * x, u += g.uniform();
  }
  CHECK(std::abs(sum / n) < 5 / std::sqrt(n));
  CHECK(std::abs(square / n - 1) < 5 * std::sqrt(2 / n));
  CHECK(std::abs(u / n - 0.5) < 5 * std::sqrt(1 / 12. / n));
}

TEST_CASE("a permutation holds every index once") {
  std::vector<int64_t> order = Generator(5).permutation(1000);
  std::vector<int> seen(1000);
  for (int64_t i : order) ++seen[size_t(i)];
  for (int s : seen) CHECK(s == 1);
  CHECK(order[0] != 0);
}

TEST_CASE("threads that reserve words of the default generator get words of their own") {
  seed(5);
  constexpr int threads = 4, times = 500;
  std::vector<uint64_t> starts(threads * times);
  std::vector<std::thread> running;
  for (int t = 0; t < threads; ++t)
    running.emplace_back([&, t] {
      for (int i = 0; i < times; ++i) starts[size_t(t * times + i)] = reserve_default(3).position();
    });
  for (std::thread& t : running) t.join();
  std::sort(starts.begin(), starts.end());
  for (size_t i = 0; i < starts.size(); ++i) REQUIRE(starts[i] == 3 * i);
  CHECK(default_generator().position() == 3 * threads * times);
}
