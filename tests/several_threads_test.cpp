// Several threads of a program at once: each trains its own network, or all read one. And what outlives main().
#include <catch2/catch.hpp>
#include <thread>

#include "core/parallel.h"
#include "ops/arithmetic.h"
#include "ops/pointwise.h"
#include "tests/small_training.h"

using namespace skew;

namespace {

constexpr int clients = 4;

// A graph that is still there when the thread's own objects are gone.
Tensor outlives_main;

struct Threads {
  int before = threads();
  explicit Threads(int n) { set_threads(n); }
  ~Threads() { set_threads(before); }
};

template <class F> void in_threads(F f) {
  std::vector<std::thread> running;
  for (int i = 0; i < clients; ++i) running.emplace_back(f, i);
  for (std::thread& t : running) t.join();
}

std::vector<double> losses_of(SmallTraining& training) {
  std::vector<double> losses;
  for (int k = 0; k < 20; ++k) losses.push_back(training.step());
  return losses;
}

}  // namespace

TEST_CASE("threads that train a network each get what they would get alone") {
  for (const int count : {1, 2}) {
    const Threads use(count);
    std::vector<std::unique_ptr<SmallTraining>> alone, together;
    for (int i = 0; i < clients; ++i) {
      alone.push_back(std::make_unique<SmallTraining>(uint64_t(i)));
      together.push_back(std::make_unique<SmallTraining>(uint64_t(i)));
    }
    std::vector<std::vector<double>> losses(clients);
    in_threads([&](int i) { losses[size_t(i)] = losses_of(*together[size_t(i)]); });
    for (size_t i = 0; i < clients; ++i) CHECK(losses[i] == losses_of(*alone[i]));
  }
}

TEST_CASE("threads that read one network get the same answer") {
  SmallTraining training(1);
  losses_of(training);
  training.net->eval();
  const auto answer = [&] {
    const NoGrad off;
    return (*training.net)(training.images).values<float>();
  };
  const std::vector<float> expected = answer();
  std::vector<int> wrong(clients, 0);
  in_threads([&](int i) {
    for (int k = 0; k < 50; ++k) wrong[size_t(i)] += answer() != expected;
  });
  CHECK(wrong == std::vector<int>(clients, 0));
}

TEST_CASE("a network inside a parallel loop runs, on one thread") {
  SmallTraining training(1);
  training.net->eval();
  const NoGrad off;
  const Threads use(2);
  std::vector<float> inside[2];
  parallel_for(2, 1, [&](ptrdiff_t begin, ptrdiff_t) {
    const NoGrad off_here;
    inside[begin] = (*training.net)(training.images).values<float>();
  });
  set_threads(1);
  const std::vector<float> expected = (*training.net)(training.images).values<float>();
  CHECK(inside[0] == expected);
  CHECK(inside[1] == expected);
}

TEST_CASE("what a network computes depends on the number of threads, not on numbers before") {
  const auto losses_with = [](int n) {
    set_threads(n);
    SmallTraining training(3);
    return losses_of(training);
  };
  const Threads restore(threads());
  const std::vector<double> one = losses_with(1), two = losses_with(2);
  CHECK(losses_with(1) == one);
  CHECK(losses_with(2) == two);
}

TEST_CASE("a tensor of static lifetime may hold a graph") {
  Tensor x = Tensor::full({3}, 2).set_requires_grad();
  Tensor y = exp(mul(x, x));
  for (int k = 0; k < 100; ++k) y = add(y, x);
  outlives_main = y;
  CHECK(outlives_main.node());
}
