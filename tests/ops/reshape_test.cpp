// Reshaping costs nothing: the result is the same memory.
#include "ops/reshape.h"

#include <catch2/catch.hpp>

#include "core/error.h"

using namespace skew;

TEST_CASE("reshape, flatten, squeeze and unsqueeze share memory") {
  const Tensor x = Tensor::full({2, 1, 6}, 3);
  for (const Tensor& y : {reshape(x, {3, -1}), flatten(x), squeeze(x, 1), unsqueeze(x, -1)}) {
    CHECK(y.storage() == x.storage());
    CHECK(y.count() == 12);
  }
  CHECK(reshape(x, {3, -1}).shape() == Shape{3, 4});
  CHECK(unsqueeze(x, -1).shape() == Shape{2, 1, 6, 1});
}

TEST_CASE("reshape says what it cannot do") {
  const Tensor x = Tensor::full({2, 3}, 0);
  CHECK_THROWS_WITH(reshape(x, {4, 2}), Catch::Matchers::Contains("reshape: expected 6 elements of [2, 3]"));
  CHECK_THROWS_AS(reshape(x, {ptrdiff_t(1) << 62, 8, -1}), ShapeError);
}
