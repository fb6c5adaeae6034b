// Ties of two tensors' larger and smaller element, at all sizes of numbers.
#include "ops/arithmetic.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "core/backward.h"
#include "ops/reduce.h"

using namespace skew;
using Binary = Tensor (*)(const Tensor&, const Tensor&);

TEST_CASE("of two equal numbers maximum and minimum give that number, and each side half the gradient") {
  constexpr float largest = std::numeric_limits<float>::max();
  const std::vector<float> ties = {
      0, 1, -3, largest, -largest, .6f * largest, HUGE_VALF, -HUGE_VALF, std::numeric_limits<float>::min(), 1e30f};
  const Shape shape{std::ssize(ties)};
  for (const Device device : {Device::reference, Device::cpu})
    for (const Binary op : {Binary(maximum), Binary(minimum)}) {
      Tensor a = Tensor::from(ties, shape, device).set_requires_grad();
      Tensor b = Tensor::from(ties, shape, device).set_requires_grad();
      const Tensor y = op(a, b);
      CHECK(y.values<float>() == ties);
      backward(y, Tensor::full(shape, 1, DType::float32, device));
      CHECK(a.grad().values<float>() == std::vector<float>(ties.size(), .5f));
      CHECK(b.grad().values<float>() == std::vector<float>(ties.size(), .5f));
      const Tensor nothing = Tensor::full({2}, NAN, DType::float32, device);
      for (const float v : op(nothing, Tensor::full({2}, 1, DType::float32, device)).values<float>())
        CHECK(std::isnan(v));
    }
}
