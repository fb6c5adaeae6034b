// What the registry's tests do not see: orders in memory, and a mean far above the spread in float.
#include "ops/group_norm.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "core/backward.h"
#include "core/memory.h"
#include "core/op.h"
#include "core/random.h"

using namespace skew;

namespace {
Tensor noise(const Shape& shape, double mean = 0, double spread = 1) {
  Generator random(7);
  std::vector<float> v(size_t(shape.count()));
  for (float& x : v) x = float(mean + spread * random.normal());
  return Tensor::from(v, shape);
}
}  // namespace

TEST_CASE("layer_norm_channels gives the same in channels_last, and keeps that order") {
  Tensor x = noise({2, 5, 3, 4}), turned = x.to(Layout::channels_last());
  x.set_requires_grad(), turned.set_requires_grad();
  const Tensor w = noise({5}), dy = noise({2, 5, 3, 4}, 1);
  const Tensor y = layer_norm_channels(x, w), z = layer_norm_channels(turned, w);
  CHECK(y.layout().is_row_major());
  if (!facts_of(Device::cpu).row_major_only) CHECK(z.layout() == Layout::channels_last());
  CHECK(y.values<float>() == z.values<float>());
  backward(y, dy), backward(z, dy);
  CHECK(x.grad().layout().is_row_major());
  CHECK(x.grad().values<float>() == turned.grad().values<float>());
}

TEST_CASE("a mean far above the spread costs no more than the rounding of the input") {
  const Tensor x = noise({3, 4096}, 1e4, 1);  // float has 2⁻¹⁰ between neighbours at 10⁴
  const Tensor y = layer_norm(x, {4096}), truth = layer_norm(x.to(Device::reference).to(DType::float64), {4096});
  const auto a = y.values<float>();
  const auto b = truth.values<double>();
  double worst = 0;
  for (size_t i = 0; i < a.size(); ++i) worst = std::max(worst, std::abs(double(a[i]) - b[i]));
  CHECK(worst < 1e-3);
}

TEST_CASE("instance_norm is group_norm with a group for each channel") {
  const Tensor x = noise({2, 6, 3, 3}), w = noise({6}), b = noise({6}, 3);
  CHECK(instance_norm(x, w, b).values<float>() == group_norm(x, 6, w, b).values<float>());
}
