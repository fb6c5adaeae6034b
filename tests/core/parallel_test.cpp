// Loops over threads: every element once, exceptions, nesting, the range of the thread count.
#include "core/parallel.h"

#include <omp.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <thread>
#include <vector>

#include "core/error.h"

using namespace skew;

namespace {
struct Threads {  // for one test
  explicit Threads(int n) { set_threads(n); }
  ~Threads() { set_threads(before); }
  int before = threads();
};
}  // namespace

TEST_CASE("every index is visited once, in pieces that do not depend on the threads") {
  for (const int n : {1, 2, 5}) {
    const Threads use(n);
    for (const ptrdiff_t length : {0, 1, 9, 10, 11, 1000})
      for (const ptrdiff_t grain : {0, 1, 3, 10, 5000}) {
        std::vector<std::atomic<int>> seen(static_cast<size_t>(length));
        std::atomic<bool> cut_right = true;
        parallel_for(length, grain, [&](ptrdiff_t begin, ptrdiff_t end) {
          const ptrdiff_t g = std::max<ptrdiff_t>(grain, 1);
          if (begin % g != 0 || end != std::min(length, begin + g)) cut_right = false;
          for (ptrdiff_t i = begin; i < end; ++i) ++seen[size_t(i)];
        });
        CHECK(cut_right);
        CHECK(std::all_of(seen.begin(), seen.end(), [](const auto& s) { return s == 1; }));
      }
  }
}

TEST_CASE("an exception inside a loop arrives outside it") {
  for (const int n : {1, 4}) {
    const Threads use(n);
    auto loop = [] {
      parallel_for(100, 1, [](ptrdiff_t begin, ptrdiff_t) {
        if (begin == 37) throw ShapeError("from element 37");
      });
    };
    CHECK_THROWS_AS(loop(), ShapeError);
    CHECK_THROWS_WITH(loop(), "from element 37");
    std::atomic<int> after = 0;
    parallel_for(100, 1, [&](ptrdiff_t, ptrdiff_t) { ++after; });
    CHECK(after == 100);
  }
}

TEST_CASE("a loop inside a loop runs, on the thread it is on") {
  const Threads use(4);
  CHECK_FALSE(in_parallel_loop());
  std::atomic<int> count = 0;
  std::atomic<bool> inside = true;
  parallel_for(8, 1, [&](ptrdiff_t, ptrdiff_t) {
    if (!in_parallel_loop()) inside = false;
    parallel_for(8, 1, [&](ptrdiff_t, ptrdiff_t) { ++count; });
  });
  CHECK(inside);
  CHECK(count == 64);
}

TEST_CASE("the number of threads has a range") {
  const Threads restore(threads());
  CHECK_THROWS_WITH(set_threads(0), Catch::Contains("threads: expected 1..") && Catch::Contains("got 0"));
  CHECK_THROWS_AS(set_threads(-3), ValueError);
  CHECK_THROWS_AS(set_threads(1025), ValueError);
  set_threads(3);
  CHECK(threads() == 3);
}

TEST_CASE("a thread's index is below threads(), whoever calls") {
  const Threads use(2);
  std::atomic<int> largest = 0, outside = 0;
  const auto loop = [&] {
    parallel_for(64, 1, [&](ptrdiff_t, ptrdiff_t) {
      const int index = thread_index();
      int before = largest;
      while (index > before && !largest.compare_exchange_weak(before, index)) {
      }
    });
    if (thread_index() != 0) ++outside;
  };
  std::thread([&] {
    omp_set_num_threads(16);  // this thread's own setting, as OMP_NUM_THREADS would make it
    loop();
  }).join();
  CHECK(largest < threads());
  CHECK(outside == 0);
}

TEST_CASE("a loop waits for nobody who has not begun") {
  const Threads use(2);
  std::atomic<int> holding = 0;
  std::atomic<bool> release = false;
  std::thread other([&] {
    parallel_for(2, 1, [&](ptrdiff_t, ptrdiff_t) {  // holds the pool's only thread and its own
      ++holding;
      while (!release) std::this_thread::yield();
    });
  });
  while (holding < 2) std::this_thread::yield();
  std::atomic<int> count = 0;
  parallel_for(100, 1, [&](ptrdiff_t, ptrdiff_t) { ++count; });
  CHECK(count == 100);
  release = true;
  other.join();
}

TEST_CASE("a loop that runs keeps its range of thread indices when others are allowed more threads") {
  const Threads use(2);
  std::atomic<int> begun = 0, largest = 0;
  std::atomic<bool> release = false;
  const auto hold = [&] {
    ++begun;
    while (!release) std::this_thread::yield();
  };
  std::thread first([&] { parallel_for(2, 1, [&](ptrdiff_t, ptrdiff_t) { hold(); }); });  // the pool's only thread
  while (begun < 2) std::this_thread::yield();
  std::thread second([&] {  // a place in it stays free, and its buffers are for two
    parallel_for(64, 1, [&](ptrdiff_t, ptrdiff_t) {
      if (thread_index() > largest) largest = thread_index();
      hold();
    });
  });
  while (begun < 3) std::this_thread::yield();
  set_threads(6);
  std::atomic<int> helpers = 0;
  parallel_for(6, 1, [&](ptrdiff_t, ptrdiff_t) {
    if (thread_index() > 0) ++helpers;
    while (helpers == 0) std::this_thread::yield();  // until threads that are new have come by
  });
  release = true;
  first.join();
  second.join();
  CHECK(largest < 2);
}

TEST_CASE("fewer threads than before still come when they slept") {
  const Threads use(5);
  parallel_for(5, 1, [](ptrdiff_t, ptrdiff_t) {});  // now there are as many
  set_threads(2);
  int alone = 0;
  for (int loop = 0; loop < 10 && alone == 0; ++loop) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));  // all sleep
    std::atomic<int> begun = 0;
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    parallel_for(2, 1, [&](ptrdiff_t, ptrdiff_t) {
      ++begun;
      while (begun < 2 && std::chrono::steady_clock::now() < until) std::this_thread::yield();
      if (begun < 2) ++alone;
    });
  }
  CHECK(alone == 0);
}

TEST_CASE("OpenMP gives a library all threads it is told of, on whichever thread") {
  const Threads use(2);
  bool fewer = true;
  std::thread([&] {
    omp_set_dynamic(1);  // as OMP_DYNAMIC would make it: each thread's own setting
    use_threads();
    fewer = omp_get_dynamic();
  }).join();
  CHECK_FALSE(fewer);
}

TEST_CASE("loops of several callers do not mix") {
  const Threads use(3);
  std::atomic<int> wrong = 0;
  std::vector<std::thread> callers;
  for (int caller = 0; caller < 4; ++caller)
    callers.emplace_back([&] {
      for (int loop = 0; loop < 300; ++loop) {
        std::atomic<ptrdiff_t> sum = 0;
        parallel_for(50, 7, [&](ptrdiff_t begin, ptrdiff_t end) {
          for (ptrdiff_t i = begin; i < end; ++i) sum += i;
        });
        if (sum != 49 * 50 / 2) ++wrong;
      }
    });
  for (std::thread& t : callers) t.join();
  CHECK(wrong == 0);
}

TEST_CASE("a serial scope is as the inside of a chunk") {
  const Threads use(4);
  {
    const SerialScope serial;
    CHECK(in_parallel_loop());
    CHECK(use_threads() == 1);
    std::atomic<int> elsewhere = 0;
    const auto here = std::this_thread::get_id();
    parallel_for(100, 1, [&](ptrdiff_t, ptrdiff_t) { elsewhere += std::this_thread::get_id() != here; });
    CHECK(elsewhere == 0);
    const SerialScope not_wanted(false);
    CHECK(in_parallel_loop());
  }
  CHECK_FALSE(in_parallel_loop());
  CHECK(use_threads() == 4);
  const SerialScope not_wanted(false);
  CHECK_FALSE(in_parallel_loop());
}
