// Convolution on the cpu, or on emulated cuda, against the reference to the last bit, on whole numbers: forward,
// backward data and backward weights, every memory order of the activations, weights as they come and in the order
// training moves them to. 80 random shapes, 600 with SKEW_LONG=1. Matrix products: exact_matmul_test.cpp.
#include <catch2/catch.hpp>
#include <cstdio>
#include <map>

#include "core/backward.h"
#include "core/error.h"
#include "core/memory.h"
#include "core/op.h"
#include "tests/whole_numbers.h"

using namespace skew;

namespace {

struct Case {
  Shape x, w;
  Conv2dArgs args;
  bool bias = false;

  std::string print() const {
    const Pads& pad = args.padding;
    return text("x ", x, " w ", w, " stride ", args.stride.h, ",", args.stride.w, " pad ", pad.top, ",", pad.bottom,
                ",", pad.left, ",", pad.right, " dilation ", args.dilation.h, ",", args.dilation.w, " groups ",
                args.groups, bias ? " bias" : "");
  }
};

// 1 … 40, two thirds of them multiples of 8 or 16, for which oneDNN has blocked orders.
ptrdiff_t some_channels(Generator& random) {
  const int64_t kind = random.below(3), block = kind == 0 ? 1 : 8 * kind;
  return block * (1 + random.below(40 / block));
}

Case some_case(Generator& random) {
  Case c;
  ptrdiff_t in = some_channels(random), out = some_channels(random);
  switch (random.below(5)) {
    case 0: c.args.groups = out = in; break;  // depthwise
    case 1: c.args.groups = 1 + random.below(4); break;
    case 2: c.args.groups = random.below(2) ? 2 : 8; break;
    default: break;
  }
  const ptrdiff_t g = c.args.groups;
  in = (in + g - 1) / g * g;
  out = (out + g - 1) / g * g;
  auto axis = [&](ptrdiff_t& kernel, ptrdiff_t& length, ptrdiff_t& stride, ptrdiff_t& dilation, ptrdiff_t& before,
                  ptrdiff_t& after) {
    kernel = 1 + random.below(random.below(2) ? 3 : 7);
    stride = random.below(2) ? 1 : 1 + random.below(3);
    dilation = random.below(3) ? 1 : 1 + random.below(3);
    before = random.below(kernel + 1);
    after = random.below(3) ? before : random.below(kernel + 1);
    length = std::max<ptrdiff_t>(1, dilation * (kernel - 1) + 1 - before - after) + random.below(9);
  };
  ptrdiff_t kh, kw, h, w;
  axis(kh, h, c.args.stride.h, c.args.dilation.h, c.args.padding.top, c.args.padding.bottom);
  axis(kw, w, c.args.stride.w, c.args.dilation.w, c.args.padding.left, c.args.padding.right);
  c.x = {1 + random.below(3), in, h, w};
  c.w = {out, in / g, kh, kw};
  c.bias = random.below(2);
  return c;
}

struct Data {
  Tensor x, w, b, dy;
  Tensor y, dx, dw, db;  // the truth

  Data(const Case& c, Generator& random) : x(whole_numbers(random, c.x)), w(whole_numbers(random, c.w)) {
    if (c.bias) b = whole_numbers(random, {c.w[0]});
    dy = whole_numbers(random, conv2d_shape(c.x, c.w, c.args));
    const Device reference = Device::reference;
    y = conv2d_forward(reference, as_truth(x), as_truth(w), as_truth(b), c.args);
    dx = conv2d_backward_data(reference, as_truth(dy), as_truth(w), c.x, c.args);
    const ConvWeightGradients g =
        conv2d_backward_weights(reference, as_truth(dy), as_truth(x), as_truth(w), c.args, c.bias);
    dw = g.dw;
    db = g.db;
  }
};

std::map<std::string, int> orders_met;

Tensor met(const Tensor& t) {
  const Layout::Kind kind = t.layout().kind();
  ++orders_met[kind == Layout::Kind::row_major ? "row_major"
               : kind == Layout::Kind::opaque  ? "opaque"
                                               : "channels_last"];
  return t;
}

// Weights in any order (w), each direction with activations in an order of its own.
void check_kernels(const Case& c, const Data& d, const Tensor& w, Generator& random, Exactness& exact) {
  const Device device = fast_device();
  auto some = [&](const Tensor& t) { return met(facts_of(device).row_major_only ? t : in_some_order(random, t)); };
  CHECK(exact.same(conv2d_forward(device, some(d.x), w, d.b, c.args), d.y));
  CHECK(exact.same(conv2d_backward_data(device, some(d.dy), w, c.x, c.args), d.dx));
  const ConvWeightGradients g = conv2d_backward_weights(device, some(d.dy), some(d.x), w, c.args, c.bias);
  CHECK(exact.same(g.dw, d.dw));
  CHECK(g.dw.layout() == w.layout());
  if (c.bias) CHECK(exact.same(g.db, d.db));
}

// The way a training step goes, twice: the first forward may move the weights into another order.
Tensor check_training(const Case& c, const Data& d, Generator& random, Exactness& exact) {
  Tensor w = d.w.copy().set_requires_grad(), b = c.bias ? d.b.copy().set_requires_grad() : Tensor();
  for (int step = 0; step < 2; ++step) {
    Tensor x = met(in_some_order(random, d.x)).detach().set_requires_grad();
    const Tensor y = conv2d(x, w, b, c.args);
    CHECK(exact.same(y, d.y));
    w.set_grad({});
    if (c.bias) b.set_grad({});
    backward(y, met(in_some_order(random, d.dy)));
    CHECK(exact.same(x.grad(), d.dx));
    CHECK(exact.same(w.grad(), d.dw));
    if (c.bias) CHECK(exact.same(b.grad(), d.db));
  }
  CHECK(w.values<float>() == d.w.values<float>());
  return w.detach();
}

void check(const Case& c, Generator& random, Exactness& exact, int& adopted) {
  INFO(c.print());
  const Data d(c, random);
  check_kernels(c, d, d.w, random, exact);
  const Tensor moved = check_training(c, d, random, exact);
  adopted += !moved.layout().is_row_major();
  check_kernels(c, d, moved, random, exact);
}

}  // namespace

TEST_CASE("convolution is exact on whole numbers, in all directions, orders and shapes") {
  Generator random(20, 1);
  Exactness exact;
  int adopted = 0;
  const int cases = random_cases(80, 600);
  for (int i = 0; i < cases; ++i) check(some_case(random), random, exact, adopted);
  std::printf("exact convolution: %d shapes, %td numbers, %.1f %% zeros; activations", cases, exact.compared,
              100. * double(exact.zeros) / double(exact.compared));
  for (const auto& [name, count] : orders_met) std::printf(" %s %d", name.c_str(), count);
  std::printf("; weights moved %d\n", adopted);
  CHECK(double(exact.zeros) < .3 * double(exact.compared));
  CHECK((facts_of(fast_device()).row_major_only || orders_met["channels_last"] > cases / 2));
  if (fast_device() != Device::cpu || facts_of(Device::cpu).row_major_only) return;
  CHECK(orders_met["opaque"] > cases / 2);
  CHECK(adopted > cases / 10);
}

TEST_CASE("convolution is exact at the edges of its shapes") {
  Generator random(20, 2);
  Exactness exact;
  int adopted = 0;
  check({{1, 1, 1, 1}, {1, 1, 1, 1}, {}, true}, random, exact, adopted);
  check({{2, 16, 5, 5}, {16, 16, 5, 5}, {}, true}, random, exact, adopted);            // one position
  check({{1, 8, 1, 1}, {8, 8, 7, 7}, {.padding = 3}, false}, random, exact, adopted);  // mostly padding
  check({{1, 3, 2, 2}, {4, 3, 3, 3}, {.padding = Pads{5, 0, 0, 6}}, true}, random, exact,
        adopted);                                                         // windows off the image
  check({{0, 8, 4, 4}, {8, 8, 3, 3}, {}, true}, random, exact, adopted);  // no images
  check({{2, 3, 0, 4}, {4, 3, 1, 1}, {.padding = Pads{1, 1, 0, 0}}, true}, random, exact, adopted);  // only padding
  check({{2, 32, 9, 9}, {32, 1, 3, 3}, {.stride = 2, .padding = 1, .groups = 32}, false}, random, exact, adopted);
  check({{1, 40, 3, 3}, {40, 40, 3, 3}, {.padding = Pads{2, 1, 0, 2}, .dilation = 2}, true}, random, exact, adopted);
}

TEST_CASE("one weight serves convolutions of different groups") {
  // its order was chosen for the first of them
  Generator random(20, 3);
  Exactness exact;
  const Tensor w = whole_numbers(random, {16, 8, 3, 3});
  Tensor leaf = w.copy().set_requires_grad();
  for (const ptrdiff_t groups : {2, 1, 4}) {
    const Tensor x = whole_numbers(random, {2, 8 * groups, 6, 6});
    const Conv2dArgs args{.padding = 1, .groups = groups};
    INFO(groups << " groups, weights " << leaf.layout().name());
    const Tensor y = conv2d(x, leaf, {}, args);
    CHECK(exact.same(y, conv2d_forward(Device::reference, as_truth(x), as_truth(w), {}, args)));
    leaf.set_grad({});
    backward(y, Tensor::full(y.shape(), 1, y.dtype(), y.device()));
    const Tensor ones = as_truth(Tensor::full(y.shape(), 1));
    CHECK(exact.same(leaf.grad(),
                     conv2d_backward_weights(Device::reference, ones, as_truth(x), as_truth(w), args, false).dw));
  }
}
