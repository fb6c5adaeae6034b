// The corners of pooling that random inputs do not reach: ties, ceil_mode, NaN, padding.
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "core/backward.h"
#include "core/error.h"
#include "ops/pool.h"

using namespace skew;
using Values = std::vector<double>;

namespace {
Tensor image(const Values& v, ptrdiff_t h, ptrdiff_t w) { return Tensor::from(v, {1, 1, h, w}, Device::reference); }
}  // namespace

TEST_CASE("on a tie the first maximum in row order takes the gradient") {
  Tensor x = image({1, 2, 2, 0, 2, 2, 0, 0, 0}, 3, 3);
  x.set_requires_grad();
  backward(max_pool(x, {.kernel = 2, .stride = 1}), image({1, 10, 100, 1000}, 2, 2));
  CHECK(x.grad().values<double>() == Values{0, 11, 0, 0, 1100, 0, 0, 0, 0});
}

TEST_CASE("ceil_mode adds the last part window, but not one that starts behind the image") {
  const Shape x{1, 1, 5, 5};
  CHECK(pool_shape("max_pool", x, {.kernel = 2, .stride = 2})[2] == 2);
  CHECK(pool_shape("max_pool", x, {.kernel = 2, .stride = 2, .ceil_mode = true})[2] == 3);
  CHECK(pool_shape("max_pool", x, {.kernel = 2, .stride = 3, .ceil_mode = true})[2] == 2);
  // windows would start at −1, 2 and 5; the image ends at 4
  CHECK(pool_shape("max_pool", x, {.kernel = 3, .stride = 3, .padding = 1, .ceil_mode = true})[2] == 2);
  CHECK(pool_shape("max_pool", {1, 1, 6, 6}, {.kernel = 3, .stride = 3, .padding = 1, .ceil_mode = true})[2] == 3);
}

TEST_CASE("padding never wins a maximum and a NaN does") {
  CHECK(max_pool(image({-1, -2, -3, -4}, 2, 2), {.kernel = 3, .stride = 2, .padding = 1}).item() == -1);
  CHECK(std::isnan(max_pool(image({1, NAN, 3, 4}, 2, 2), {.kernel = 2, .stride = 2}).item()));
}

TEST_CASE("the maximum of −∞ alone is −∞, and its gradient goes to the first element") {
  const float inf = INFINITY, low = std::numeric_limits<float>::lowest();
  const std::vector<std::vector<float>> images = {
      std::vector<float>(36, -inf), std::vector<float>(36, low), {}, std::vector<float>(36, -2)};
  for (const auto device : {Device::reference, Device::cpu})
    for (const PoolArgs& args : {PoolArgs{.kernel = 3, .stride = 2, .padding = 1}, PoolArgs{.kernel = 2},
                                 PoolArgs{.kernel = 3, .stride = 3, .padding = 1, .ceil_mode = true}})
      for (std::vector<float> v : images) {
        if (v.empty())  // windows of each kind beside each other
          for (int i = 0; i < 36; ++i) v.push_back(i % 6 < 3 ? -inf : i < 18 ? low : float(i));
        const Tensor x = Tensor::from(v, {1, 1, 6, 6}, device).set_requires_grad();
        const Tensor truth = Tensor::from(v, {1, 1, 6, 6}, Device::reference).set_requires_grad();
        const Tensor y = max_pool(x, args), want = max_pool(truth, args);
        backward(y, Tensor::full(y.shape(), 1, y.dtype(), device));
        backward(want, Tensor::full(y.shape(), 1, y.dtype(), Device::reference));
        INFO(device << " kernel " << args.kernel.h << " from " << v[0]);
        CHECK(y.doubles() == want.doubles());
        CHECK(x.grad().doubles() == truth.grad().doubles());
        CHECK(global_max_pool(x).doubles() == global_max_pool(truth).doubles());
        if (v[35] == -inf) CHECK(want.doubles() == Values(size_t(y.count()), -INFINITY));
      }
}

TEST_CASE("a mean's divisor counts the padding or not, and never what lies behind it") {
  const Tensor x = Tensor::full({1, 1, 3, 3}, 36, DType::float64, Device::reference);
  PoolArgs args{.kernel = 2, .stride = 2, .padding = 1};
  CHECK(avg_pool(x, args).values<double>() == Values{9, 18, 18, 36});
  args.count_include_pad = false;
  CHECK(avg_pool(x, args).values<double>() == Values{36, 36, 36, 36});
  // the window at 2 reaches one behind the image, where there is no padding
  CHECK(avg_pool(x, {.kernel = 2, .stride = 2, .ceil_mode = true}).values<double>() == Values{36, 36, 36, 36});
}

TEST_CASE("windows that overhang on one side alone divide by what lies in the image, on both devices") {
  for (const Shape& shape : {Shape{1, 1, 3, 2}, Shape{1, 1, 2, 3}, Shape{1, 2, 5, 4}})
    for (const bool count : {true, false}) {
      const PoolArgs args{.kernel = 2, .stride = 2, .ceil_mode = true, .count_include_pad = count};
      for (const Device device : {Device::cpu, Device::reference}) {
        const Tensor y = avg_pool(Tensor::full(shape, 36, DType::float32, device), args);
        for (const double v : y.doubles()) CHECK(v == 36);
      }
    }
}

TEST_CASE("average pooling has no dilation") {
  CHECK_THROWS_AS(avg_pool(image(Values(9), 3, 3), {.kernel = 2, .stride = 1, .dilation = 2}), ValueError);
}
