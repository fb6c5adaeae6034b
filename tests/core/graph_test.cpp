// The graph: how it is built, walked, printed and given back, and what it refuses. Gradients of single ops are
// every_op_test.cpp's.
#include <pthread.h>

#include <catch2/catch.hpp>
#include <cstdio>
#include <ctime>
#include <functional>
#include <sstream>

#include "core/backward.h"
#include "core/error.h"
#include "core/node.h"
#include "core/stats.h"
#include "ops/arithmetic.h"
#include "ops/pointwise.h"
#include "ops/reduce.h"

using namespace skew;
using Catch::Contains;

namespace {

Tensor leaf(const std::vector<double>& values) {
  return Tensor::from(values, {ptrdiff_t(values.size())}, Device::reference).set_requires_grad();
}

std::vector<double> grad(const Tensor& t) { return t.grad().values<double>(); }

// Runs f on a thread of its own with this much stack. Nothing may be thrown out of f.
void on_stack_of(size_t bytes, std::function<void()> f) {
  pthread_attr_t attributes;
  REQUIRE(pthread_attr_init(&attributes) == 0);
  REQUIRE(pthread_attr_setstacksize(&attributes, bytes) == 0);
  pthread_t thread;
  auto body = [](void* work) -> void* {
    (*static_cast<std::function<void()>*>(work))();
    return nullptr;
  };
  REQUIRE(pthread_create(&thread, &attributes, body, &f) == 0);
  REQUIRE(pthread_join(thread, nullptr) == 0);
  pthread_attr_destroy(&attributes);
}

// Counts lines and forgets them.
struct LineCounter : std::streambuf {
  ptrdiff_t lines = 0;
  int overflow(int c) override { return lines += c == '\n', c; }
};

// Processor time of this thread: other programs on the machine do not count.
struct Seconds {
  double begin = now();
  double passed() const { return now() - begin; }
  static double now() {
    timespec t{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return double(t.tv_sec) + 1e-9 * double(t.tv_nsec);
  }
};

}  // namespace

TEST_CASE("a chain of a million nodes works on a stack of 256 KiB") {
  constexpr ptrdiff_t length = 1'000'000;
  double forward = 0, back = 0, printed = 0, freed = 0, slope = 0;
  ptrdiff_t nodes = 0, lines = 0;
  std::string error;
  on_stack_of(256 << 10, [&] {
    try {
      Tensor x = leaf({0.5});
      const Seconds f;
      Tensor y = neg(x);
      for (ptrdiff_t i = 1; i < length; ++i) y = neg(y);
      forward = f.passed(), nodes = stats().live_nodes;
      const Seconds b;
      backward(y);
      back = b.passed(), slope = x.grad().item();
      y = neg(x);  // a second chain, which is printed and given back whole
      for (ptrdiff_t i = 1; i < length; ++i) y = neg(y);
      const Seconds p;
      LineCounter counter;
      std::ostream out(&counter);
      print_graph(y, out);
      printed = p.passed(), lines = counter.lines;
      const Seconds d;
      y = {};
      freed = d.passed();
    } catch (const std::exception& e) {
      error = e.what();
    }
  });
  CHECK(error == "");
  CHECK(nodes == length);
  CHECK(slope == 1);  // an even number of negations
  CHECK(lines == length + 1);
  CHECK(stats().live_nodes == 0);
  std::printf("graph of %td nodes: forward %.2f s, backward %.2f s, printed %.2f s, freed %.2f s\n", length, forward,
              back, printed, freed);
  CHECK(forward + back + freed < 60);  // the aim is 5 s; under a sanitizer or a debugger it is slower
}

TEST_CASE("a shared input receives the gradients of all its consumers") {
  Tensor x = leaf({3, -2});
  const Tensor shared = mul(x, x), y = sum(add(mul(shared, shared), shared, 5));  // x⁴ + 5x²
  backward(y);
  CHECK(grad(x) == std::vector<double>{4 * 27 + 30, 4 * -8 - 20});
}

TEST_CASE("paths of different length wait for each other") {
  Tensor x = leaf({2});
  const Tensor a = mul(x, x);
  Tensor longer = a;
  for (int i = 0; i < 10; ++i) longer = neg(neg(longer));
  backward(mul(add(longer, a), longer));  // 2x⁴
  CHECK(x.grad().item() == 8 * 8);
}

TEST_CASE("a leaf may stand twice in one op") {
  Tensor x = leaf({3});
  backward(mul(x, x));
  CHECK(x.grad().item() == 6);
  Tensor z = leaf({3});
  backward(sub(z, z));
  CHECK(z.grad().item() == 0);
}

TEST_CASE("gradients of several backward passes add up until they are forgotten") {
  Tensor x = leaf({1, 2});
  backward(sum(mul(x, x)));
  backward(sum(mul(x, x)));
  CHECK(grad(x) == std::vector<double>{4, 8});
  x.set_grad({});
  CHECK_FALSE(x.grad().defined());
  backward(sum(x));
  CHECK(grad(x) == std::vector<double>{1, 1});
}

TEST_CASE("adding gradients never writes into memory that somebody else holds") {
  Tensor a = leaf({1, 2}), b = leaf({3, 4});
  const Tensor dy = Tensor::from(std::vector<double>{1, 1}, {2}, Device::reference);
  backward(add(a, b), dy);  // all three gradients may be one piece of memory
  const Tensor kept = a.grad();
  backward(mul(a, b), dy);
  CHECK(grad(a) == std::vector<double>{4, 5});
  CHECK(grad(b) == std::vector<double>{2, 3});
  CHECK(kept.values<double>() == std::vector<double>{1, 1});
  CHECK(dy.values<double>() == std::vector<double>{1, 1});
}

TEST_CASE("add_gradients reuses memory that nobody else holds, and only that") {
  for (const Device device : {Device::reference, Device::cpu}) {
    const Tensor two = Tensor::full({3}, 2, DType::float32, device);
    Tensor sum = Tensor::full({3}, 1, DType::float32, device);
    const void* memory = sum.storage()->address();
    sum = add_gradients(device, std::move(sum), two);
    CHECK(sum.storage()->address() == memory);
    const Tensor view = sum.view({3, 1}), handle = add_gradients(device, sum, two);  // a view holds the memory
    CHECK(handle.storage()->address() != memory);
    CHECK(view.values<float>() == std::vector<float>{3, 3, 3});
    CHECK(handle.values<float>() == std::vector<float>{5, 5, 5});
  }
}

TEST_CASE("nothing is recorded inside NoGrad, nor for inputs that want no gradient") {
  Tensor x = leaf({1});
  {
    const NoGrad off;
    CHECK_FALSE(grad_enabled());
    { const NoGrad nested; }
    CHECK_FALSE(grad_enabled());
    CHECK_FALSE(mul(x, x).requires_grad());
  }
  CHECK(grad_enabled());
  CHECK(mul(x, x).requires_grad());
  CHECK_FALSE(mul(x.detach(), x.detach()).requires_grad());
  CHECK(stats().live_nodes == 0);
}

TEST_CASE("only the inputs that want a gradient get one") {
  Tensor x = leaf({2}), constant = leaf({5}).set_requires_grad(false);
  backward(mul(x, constant));
  CHECK(x.grad().item() == 5);
  CHECK_FALSE(constant.grad().defined());
}

TEST_CASE("a second backward says which op gave its graph back; retain keeps it") {
  Tensor x = leaf({2});
  const Tensor y = mul(x, x);
  backward(y, {}, {.retain = true});
  backward(y);
  CHECK(x.grad().item() == 8);
  CHECK_THROWS_WITH(backward(y), Contains("the graph of mul was already given back") && Contains("retain"));
  CHECK_THROWS_AS(backward(y), GraphError);
  const Tensor later = exp(y);  // hangs on a part that is gone
  CHECK_THROWS_WITH(backward(later), Contains("mul"));
  CHECK(x.grad().item() == 8);
}

TEST_CASE("overwriting what backward needs is refused, naming both ops") {
  Tensor x = leaf({1, 2});
  const Tensor squared = mul(x, x), y = sum(exp(squared));
  x.write<double>("sgd_update")[0] = 7;
  CHECK_THROWS_AS(backward(y), GraphError);
  CHECK_NOTHROW(backward(sum(mul(x, x))));  // saved after the write
  SECTION("the message") {
    Tensor z = leaf({1, 2});
    const Tensor product = sum(mul(z, z));
    z.write<double>("sgd_update")[1] = 0;
    CHECK_THROWS_WITH(backward(product), Contains("backward of mul") && Contains("overwritten by sgd_update") &&
                                             Contains("[2]") && Contains("copy()"));
  }
  SECTION("through a view, too") {
    Tensor z = leaf({1, 2});
    const Tensor product = sum(mul(z, z));
    z.detach().view({2, 1}).write<double>("fill_view")[0] = 0;
    CHECK_THROWS_WITH(backward(product), Contains("overwritten by fill_view"));
  }
}

TEST_CASE("a refused backward leaves nothing behind that a later one would add") {
  Tensor x = leaf({2}), z = leaf({3});
  const Tensor early = mul(z, z), y = add(early, mul(x, x));
  z.write<double>("test")[0] = 1;
  CHECK_THROWS_AS(backward(y), GraphError);
  x.set_grad({}), z.set_grad({});
  const Tensor again = add(mul(z, z), mul(x, x));
  backward(again);
  CHECK(x.grad().item() == 4);
  CHECK(z.grad().item() == 2);
}

TEST_CASE("a gradient that had arrived when another op failed is forgotten") {
  Tensor x = leaf({2}), z = leaf({3});
  const Tensor older = mul(x, x), y = add(older, mul(z, z));
  z.write<double>("test")[0] = 1;
  CHECK_THROWS_AS(backward(y), GraphError);  // mul(z, z) goes first; older's share waits
  CHECK_FALSE(x.grad().defined());
  backward(add(older, older));
  CHECK(x.grad().item() == 8);
}

TEST_CASE("gradients exist for floating leaves only") {
  Tensor whole = Tensor::zeros({3}, DType::int64);
  CHECK_THROWS_AS(whole.set_requires_grad(), DtypeError);
  CHECK_THROWS_WITH(whole.set_requires_grad(), Contains("int64"));
  Tensor x = leaf({1}), y = mul(x, x);
  CHECK_THROWS_WITH(y.set_requires_grad(), Contains("detach()"));
  CHECK_THROWS_WITH(backward(Tensor::zeros({})), Contains("requires a gradient"));
}

TEST_CASE("backward wants a scalar or a gradient that fits") {
  Tensor x = leaf({1, 2});
  const Tensor y = mul(x, x);
  CHECK_THROWS_WITH(backward(y), Contains("expected a scalar, got [2]"));
  CHECK_THROWS_WITH(backward(y, Tensor::zeros({3}, DType::float64, Device::reference)),
                    Contains("expected a gradient of shape [2], got [3]"));
  backward(y, Tensor::from(std::vector<double>{1, 10}, {2}, Device::reference));
  CHECK(grad(x) == std::vector<double>{2, 40});
}

TEST_CASE("a gradient is like its tensor: anything else is refused where it is handed in") {
  for (const Device device : {Device::reference, Device::cpu}) {
    Tensor x = Tensor::full({2, 3}, 1, DType::float32, device).set_requires_grad();
    const Tensor y = mul(x, x);
    const Device other = device == Device::cpu ? Device::reference : Device::cpu;
    for (const Shape& shape : {Shape{3}, Shape{3, 2}, Shape{2, 3, 1}, Shape{}, Shape{2, 300}}) {
      const Tensor wrong = Tensor::full(shape, 1, DType::float32, device);
      CHECK_THROWS_AS(x.set_grad(wrong), ShapeError);
      CHECK_THROWS_AS(backward(y, wrong), ShapeError);
      CHECK_THROWS_AS(backward(x, wrong), ShapeError);
    }
    for (const Tensor& wrong :
         {Tensor::full({2, 3}, 1, DType::int64, device), Tensor::full({2, 3}, 1, DType::float64, Device::reference)}) {
      CHECK_THROWS_AS(x.set_grad(wrong), Error);
      CHECK_THROWS_AS(backward(y, wrong), Error);
      CHECK_THROWS_AS(backward(x, wrong), Error);
    }
    CHECK_THROWS_AS(x.set_grad(Tensor::full({2, 3}, 1, DType::float32, other)), DeviceError);
    CHECK_FALSE(x.grad().defined());
    backward(y, Tensor::full({2, 3}, 1, DType::float32, device));
    CHECK(x.grad().doubles() == std::vector<double>(6, 2));
  }
}

TEST_CASE("a leaf's gradient is in memory of its own") {
  Tensor a = leaf({1, 2}), b = leaf({3, 4}), c = leaf({5});
  const Tensor dy = Tensor::from(std::vector<double>{1, 1}, {2}, Device::reference);
  const auto disturbed = [&](const Tensor& y, Tensor& one, const Tensor& other) {
    one.set_grad({});
    backward(y, dy, {.retain = true});
    const std::vector<double> before = other.grad().doubles();
    Tensor written = one.grad();
    written.write<double>("test")[0] = 1e9;
    const bool same = other.grad().doubles() == before && dy.doubles() == std::vector<double>{1, 1};
    return !same;
  };
  CHECK_FALSE(disturbed(add(a, b), a, b));
  CHECK_FALSE(disturbed(add(a, b), b, a));
  CHECK_FALSE(disturbed(add(a, c), a, b));
  CHECK_FALSE(disturbed(add(a.view({2}), b), b, a));
  backward(a, dy);
  a.set_grad({});
  backward(a, dy);
  Tensor written = a.grad();
  written.write<double>("test")[1] = 7;
  CHECK(dy.doubles() == std::vector<double>{1, 1});
}

TEST_CASE("the gradient of a leaf itself is what is sent in") {
  Tensor x = leaf({4});
  backward(x);
  backward(x);
  CHECK(x.grad().item() == 2);
}

TEST_CASE("detach cuts the history and keeps the memory") {
  Tensor x = leaf({3});
  const Tensor y = mul(x, x), cut = y.detach();
  CHECK(cut.storage() == y.storage());
  CHECK_FALSE(cut.requires_grad());
  backward(mul(y, cut));
  CHECK(x.grad().item() == 9 * 6);
}

TEST_CASE("print_graph says op, shape, saved bytes and inputs, oldest first") {
  Tensor x = leaf({1, 2});
  Tensor y;
  {
    const Scope scope("stem");
    y = mul(x, x);
  }
  y = sum(exp(y));
  std::ostringstream out;
  print_graph(y, out);
  const std::string text = out.str();
  CHECK_THAT(text, Contains("mul") && Contains("leaf leaf   stem") && Contains("[2]"));
  CHECK(text.find("mul") < text.find("exp"));
  CHECK(text.find("exp") < text.find("sum"));
  CHECK_THAT(text, Contains("#1"));
}

TEST_CASE("dropping the last handle frees the graph, whether or not backward ran") {
  REQUIRE(stats().live_nodes == 0);
  const ptrdiff_t bytes = stats().live_bytes;
  {
    Tensor x = leaf({1, 2});
    Tensor y = exp(mul(x, x));
    const Tensor branch = exp(y);
    CHECK(stats().live_nodes == 3);
    y = {};
    CHECK(stats().live_nodes == 3);  // branch owns its past
    Tensor loss = sum(mul(x, x));
    backward(loss);
    loss = {};
    CHECK(stats().live_nodes == 3);
  }
  CHECK(stats().live_nodes == 0);
  CHECK(stats().live_bytes == bytes);
}
