// Matrix products on the cpu, or on emulated cuda, against the reference to the last bit, on whole numbers: matmul over
// broadcast batch axes and linear, forward and both gradients. 120 random shapes, 1,000 with SKEW_LONG=1. Convolutions:
// exact_conv_test.cpp.
#include <catch2/catch.hpp>
#include <cstdio>

#include "core/backward.h"
#include "ops/gemm.h"
#include "ops/linear.h"
#include "ops/matmul.h"
#include "tests/whole_numbers.h"

using namespace skew;

namespace {

using Lengths = std::vector<ptrdiff_t>;

// 0 sometimes, 1 and multiples of 16 often, up to 100.
ptrdiff_t some_length(Generator& random) {
  switch (random.below(8)) {
    case 0: return random.below(8) ? 1 : 0;
    case 1:
    case 2: return 16 * (1 + random.below(3));
    case 3: return 1 + random.below(100);
    default: return 1 + random.below(20);
  }
}

Tensor leaf(const Tensor& t) { return t.detach().set_requires_grad(); }

// f on the cpu with its operands in some order, against f on the reference: the result and every gradient.
template <class F> void check(F f, const Tensors& operands, Generator& random, Exactness& exact) {
  Tensors in, truth;
  for (const Tensor& t : operands) {
    in.push_back(t.defined() ? leaf(in_some_order(random, t)) : t);
    truth.push_back(t.defined() ? leaf(as_truth(t)) : t);
  }
  const Tensor y = f(in), expected = f(truth);
  CHECK(exact.same(y, expected));
  const Tensor dy = whole_numbers(random, y.shape());
  backward(y, in_some_order(random, dy));
  backward(expected, as_truth(dy));
  for (size_t i = 0; i < in.size(); ++i) {
    INFO("gradient of operand " << i);
    if (in[i].defined()) CHECK(exact.same(in[i].grad(), truth[i].grad()));
  }
}

// Two shapes whose batch axes broadcast; vectors now and then.
std::pair<Shape, Shape> some_matrices(Generator& random) {
  const ptrdiff_t m = some_length(random), k = some_length(random), n = some_length(random);
  Lengths a, b;
  const int64_t axes = random.below(4);
  for (int64_t i = 0; i < axes; ++i) {
    const ptrdiff_t length = 1 + random.below(4);
    if (!a.empty() || random.below(4)) a.push_back(random.below(3) ? length : 1);
    if (!b.empty() || random.below(4)) b.push_back(random.below(3) ? length : 1);
  }
  if (random.below(8) || !a.empty()) a.push_back(m);
  a.push_back(k);
  b.push_back(k);
  if (random.below(8) || b.size() > 1) b.push_back(n);
  return {Shape(std::span<const ptrdiff_t>(a)), Shape(std::span<const ptrdiff_t>(b))};
}

}  // namespace

TEST_CASE("matmul is exact on whole numbers, batched and broadcast") {
  Generator random(21, 1);
  Exactness exact;
  const int cases = random_cases(80, 600);
  for (int i = 0; i < cases; ++i) {
    const auto [a, b] = some_matrices(random);
    INFO("matmul " << a << " by " << b);
    check([](const Tensors& in) { return matmul(in[0], in[1]); }, {whole_numbers(random, a), whole_numbers(random, b)},
          random, exact);
  }
  std::printf("exact matmul: %d shapes, %td numbers, %.1f %% zeros\n", cases, exact.compared,
              100. * double(exact.zeros) / double(exact.compared));
  CHECK(double(exact.zeros) < .3 * double(exact.compared));
}

TEST_CASE("linear is exact on whole numbers, with rows of any number of axes") {
  Generator random(21, 2);
  Exactness exact;
  const int cases = random_cases(40, 400);
  for (int i = 0; i < cases; ++i) {
    const ptrdiff_t in = some_length(random), out = some_length(random);
    Lengths x;
    for (int64_t axes = random.below(4); axes > 0; --axes) x.push_back(1 + random.below(20));
    x.push_back(in);
    const Tensor b = random.below(2) ? whole_numbers(random, {out}) : Tensor();
    const Shape shape{std::span<const ptrdiff_t>(x)};
    INFO("linear " << shape << " to " << out << (b.defined() ? " with bias" : ""));
    check([](const Tensors& t) { return linear(t[0], t[1], t[2]); },
          {whole_numbers(random, shape), whole_numbers(random, {out, in}), b}, random, exact);
  }
  std::printf("exact linear: %d shapes, %td numbers, %.1f %% zeros\n", cases, exact.compared,
              100. * double(exact.zeros) / double(exact.compared));
}

TEST_CASE("gemm is exact with either operand transposed") {
  Generator random(21, 3);
  Exactness exact;
  for (const ptrdiff_t batch : {0, 1, 3})
    for (const bool ta : {false, true})
      for (const bool tb : {false, true})
        for (const auto& [m, k, n] :
             {std::tuple{1, 1, 1}, {1, 33, 17}, {17, 1, 33}, {64, 64, 64}, {5, 0, 7}, {31, 100, 1}}) {
          auto shape = [&](ptrdiff_t r, ptrdiff_t c) { return batch ? Shape{batch, r, c} : Shape{r, c}; };
          const Tensor a = whole_numbers(random, ta ? shape(k, m) : shape(m, k));
          const Tensor b = whole_numbers(random, tb ? shape(n, k) : shape(k, n)), bias = whole_numbers(random, {n});
          INFO("batch " << batch << " " << m << "×" << k << "×" << n << " transposed " << ta << tb);
          for (const Tensor& offset : {bias, Tensor()})
            CHECK(exact.same(gemm(fast_device(), a, b, offset, {ta, tb}),
                             gemm(Device::reference, as_truth(a), as_truth(b), as_truth(offset), {ta, tb})));
        }
}
