// The corners of reductions and gathers that random inputs do not reach.
#include <catch2/catch.hpp>
#include <cmath>

#include "core/backward.h"
#include "ops/arithmetic.h"
#include "ops/gather.h"
#include "ops/reduce.h"

using namespace skew;

TEST_CASE("logsumexp neither overflows nor underflows") {
  for (const Device device : {Device::cpu, Device::reference})
    for (const double offset : {1e4, 700., -700., -1e4}) {
      const std::vector<double> x = {offset, offset + std::log(2.), offset + std::log(5.)};
      const Tensor y = logsumexp(Tensor::from(x, {3}, Device::reference).to(DType::float32).to(device));
      CHECK(y.item() == Approx(offset + std::log(8.)).epsilon(1e-6));
    }
}

TEST_CASE("an embedding's padding row gets no gradient") {
  for (const Device device : {Device::cpu, Device::reference}) {
    Tensor weight = Tensor::full({3, 2}, 1, DType::float32, device);
    weight.set_requires_grad();
    const Tensor index = Tensor::from(std::vector<int64_t>{0, 1, 1, 2}, {4}, device);
    backward(sum(embedding(index, weight, 1)));
    CHECK(weight.grad().doubles() == std::vector<double>{1, 1, 0, 0, 1, 1});
  }
}
