// Finding NaN and Inf, and naming where they first came from.
#include "core/nonfinite.h"

#include <catch2/catch.hpp>
#include <limits>

#include "core/op.h"
#include "ops/arithmetic.h"
#include "ops/pointwise.h"

using namespace skew;
using Catch::Contains;

namespace {
constexpr float infinity = std::numeric_limits<float>::infinity(),
                not_a_number = std::numeric_limits<float>::quiet_NaN();
}

TEST_CASE("one bad element is found wherever it stands, in either type") {
  for (const Device device : {Device::cpu, Device::reference})
    for (const float bad : {not_a_number, infinity, -infinity})
      for (const ptrdiff_t length : {1, 15, 16, 17, 100})
        for (const ptrdiff_t at : {ptrdiff_t(0), length / 2, length - 1}) {
          std::vector<float> v(size_t(length), std::numeric_limits<float>::max());
          v[size_t(at)] = bad;
          const Tensor t = Tensor::from(v, {length}, device);
          CHECK_FALSE(all_finite(t));
          if (device == Device::reference) CHECK_FALSE(all_finite(t.to(DType::float64)));
        }
}

TEST_CASE("the largest numbers, denormals, integers and nothing are finite") {
  CHECK(all_finite(Tensor::full({1000}, std::numeric_limits<float>::max())));
  CHECK(all_finite(Tensor::full({33}, std::numeric_limits<float>::denorm_min())));
  CHECK(all_finite(Tensor::full({3}, 7, DType::int64)));
  CHECK(all_finite(Tensor::zeros({0, 3})));
  CHECK(all_finite(Tensor()));
}

TEST_CASE("the error names op, place and sample") {
  std::vector<float> v(12, 1);
  v[7] = not_a_number;
  const Tensor t = Tensor::from(v, {3, 4}).view({3, 2, 1, 2}).to(Layout::channels_last());
  const Scope outer("layer1"), inner("conv2");
  try {
    throw_if_not_finite(t, "conv2d");
    FAIL("was not found");
  } catch (const NonFiniteError& e) {
    CHECK(e.op == "conv2d");
    CHECK(e.scope == "layer1.conv2");
    CHECK(e.sample == 1);
    CHECK_THAT(e.what(), Contains("conv2d in 'layer1.conv2'") && Contains("sample 1"));
  }
}

TEST_CASE("while a FiniteCheck lives, the op that makes the first NaN is the one that is named") {
  const Tensor x = Tensor::from(std::vector<float>{1, -1}, {2, 1});
  CHECK_NOTHROW(relu(log(x)));
  {
    const FiniteCheck check;
    CHECK_THROWS_WITH(relu(log(x)), Contains("log: the result [2, 1]") && Contains("sample 1"));
    CHECK_NOTHROW(exp(x));
  }
  CHECK_NOTHROW(log(x));
}
