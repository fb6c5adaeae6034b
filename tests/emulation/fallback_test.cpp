// Convolution by the product of matrices, which runs where cuDNN has no plan: equal to the reference to the last bit on
// whole numbers, in all directions, over strides, uneven padding, dilation and groups.
#include <catch2/catch.hpp>
#include <cstdio>

#include "backends/cuda/conv2d.h"
#include "tests/whole_numbers.h"

using namespace skew;

namespace {

struct ByProduct {
  ByProduct() { gpu::convolution_mode().by_gemm = true; }
  ~ByProduct() { gpu::convolution_mode().by_gemm = false; }
};

struct Case {
  Shape x, w;
  Conv2dArgs args;
};

Case some_case(Generator& random) {
  Case c;
  c.args.groups = 1 + random.below(3);
  const ptrdiff_t in = c.args.groups * (1 + random.below(6)), out = c.args.groups * (1 + random.below(5));
  const auto axis = [&](ptrdiff_t& stride, ptrdiff_t& dilation, ptrdiff_t& before, ptrdiff_t& after) {
    const ptrdiff_t kernel = 1 + random.below(4);
    stride = 1 + random.below(3);
    dilation = 1 + random.below(2);
    before = random.below(kernel + 1);
    after = random.below(kernel + 1);
    const ptrdiff_t least = std::max<ptrdiff_t>(1, dilation * (kernel - 1) + 1 - before - after);
    return std::pair(kernel, least + random.below(7));
  };
  const auto [kh, h] = axis(c.args.stride.h, c.args.dilation.h, c.args.padding.top, c.args.padding.bottom);
  const auto [kw, w] = axis(c.args.stride.w, c.args.dilation.w, c.args.padding.left, c.args.padding.right);
  c.x = {1 + random.below(3), in, h, w};
  c.w = {out, in / c.args.groups, kh, kw};
  return c;
}

}  // namespace

TEST_CASE("convolution by the product of matrices is exact on whole numbers") {
  const ByProduct mode;
  Generator random(31, 1);
  Exactness exact;
  const int cases = random_cases(60, 400);
  for (int i = 0; i < cases; ++i) {
    const Case c = some_case(random);
    INFO("x " << c.x << ", w " << c.w << ", " << c.args.groups << " groups");
    const Tensor x = whole_numbers(random, c.x), w = whole_numbers(random, c.w),
                 dy = whole_numbers(random, conv2d_shape(c.x, c.w, c.args));
    const auto [cuda, reference] = std::pair(Device::cuda, Device::reference);
    CHECK(exact.same(conv2d_forward(cuda, x, w, {}, c.args),
                     conv2d_forward(reference, as_truth(x), as_truth(w), {}, c.args)));
    CHECK(exact.same(conv2d_backward_data(cuda, dy, w, c.x, c.args),
                     conv2d_backward_data(reference, as_truth(dy), as_truth(w), c.x, c.args)));
    CHECK(exact.same(conv2d_backward_weights(cuda, dy, x, w, c.args, false).dw,
                     conv2d_backward_weights(reference, as_truth(dy), as_truth(x), as_truth(w), c.args, false).dw));
  }
  std::printf("exact convolution by products: %d shapes, %td numbers\n", cases, exact.compared);
}
