// Making, reading, moving and viewing tensors, and what they refuse.
#include "core/tensor.h"

#include <catch2/catch.hpp>

#include "core/device_library.h"
#include "core/error.h"

using namespace skew;
using Catch::Contains;

TEST_CASE("values come back in row-major order from every layout, device and type") {
  std::vector<float> values(2 * 3 * 2 * 2);
  for (size_t i = 0; i < values.size(); ++i) values[i] = float(i);
  const Tensor t = Tensor::from(values, {2, 3, 2, 2});
  const Tensor nhwc = t.to(Layout::channels_last());
  CHECK(nhwc.layout() == Layout::channels_last());
  CHECK(nhwc.data<float>()[1] == 4);  // the next channel of the same pixel
  CHECK(nhwc.values<float>() == values);
  CHECK(nhwc.to(Device::reference).values<float>() == values);
  CHECK(nhwc.to(Layout{}).values<float>() == values);
  CHECK(t.to(Device::reference).to(DType::float64).to(DType::int64).values<int64_t>()[23] == 23);
  CHECK(t.to(DType::uint8).values<uint8_t>()[7] == 7);
}

TEST_CASE("moving nowhere copies nothing") {
  const Tensor t = Tensor::zeros({2, 3});
  CHECK(t.to(Device::cpu).same_as(t));
  CHECK(t.to(DType::float32).same_as(t));
  CHECK(t.to(Layout{}).same_as(t));
  CHECK_FALSE(t.copy().same_as(t));
  CHECK(t.copy().storage() != t.storage());
}

TEST_CASE("a moved leaf still asks for a gradient, an integer copy does not") {
  Tensor t = Tensor::zeros({1, 2, 1, 1});
  t.set_requires_grad();
  CHECK(t.to(Device::reference).requires_grad());
  CHECK(t.to(Layout::channels_last()).requires_grad());
  CHECK_FALSE(t.to(DType::int64).requires_grad());
}

TEST_CASE("a view shares memory and counts as another holder of it") {
  Tensor t = Tensor::from(std::vector<float>{1, 2, 3, 4, 5, 6}, {2, 3});
  CHECK(t.unique());
  Tensor v = t.view({3, 2});
  CHECK_FALSE(t.unique());
  v.write<float>("test")[5] = 9;
  CHECK(t.values<float>()[5] == 9);
  CHECK(t.storage()->version() == 1);
  CHECK(t.storage()->writer() == "test");
  CHECK_THROWS_WITH(t.view({7}), Contains("view: expected 6 elements, got [7]"));
  v = {};
  CHECK(t.unique());
  const Tensor handle = t;
  CHECK_FALSE(t.unique());
}

TEST_CASE("double does not exist on the cpu") {
  CHECK_THROWS_AS(Tensor::zeros({2}, DType::float64, Device::cpu), DtypeError);
  CHECK_THROWS_WITH(Tensor::zeros({2}, DType::float64),
                    Contains("float64") && Contains("'cpu'") && Contains("reference"));
  CHECK_THROWS_AS(Tensor::zeros({2}).to(DType::float64), DtypeError);
  CHECK_THROWS_AS(Tensor::zeros({2}, DType::float64, Device::reference).to(Device::cpu), DtypeError);
}

TEST_CASE("a device that cannot be used says why, and what to do") {
  if (why_unusable(Device::cuda).empty()) return;  // a build with CUDA, on a machine with a GPU
  CHECK_THROWS_AS(Tensor::zeros({2}, DType::float32, Device::cuda), DeviceError);
  CHECK_THROWS_WITH(Tensor::zeros({2}).to(Device::cuda), why_unusable(Device::cuda));
  CHECK_THAT(why_unusable(Device::cuda), Contains("cuda: ") && Contains("--device cpu"));
  CHECK_THROWS_AS(device_of("cuda"), ValueError);
  CHECK_THROWS_WITH(device_of("cuda"), why_unusable(Device::cuda));
  CHECK(device_of("auto") == Device::cpu);
  CHECK(why_unusable(Device::reference).empty());
}

TEST_CASE("elements are read as what they are") {
  const Tensor t = Tensor::zeros({2}, DType::int64);
  CHECK_THROWS_WITH(t.data<float>(), "tensor: expected float32 elements, got int64");
  CHECK_THROWS_AS(t.values<uint8_t>(), DtypeError);
  CHECK_THROWS_WITH(t.item(), "item: expected one element, got [2]");
  CHECK(Tensor::full({1, 1}, 3, DType::uint8).item() == 3);
  CHECK_THROWS_WITH(Tensor::from(std::vector<float>{1, 2}, {3}), "tensor: expected 3 values for [3], got 2");
  CHECK_THROWS_WITH(Tensor::empty({2, 3}, DType::float32, Device::cpu, Layout::channels_last()),
                    Contains("N, C, H, W"));
}

TEST_CASE("an undefined tensor says so instead of crashing") {
  const Tensor nothing;
  CHECK_FALSE(nothing.defined());
  CHECK_FALSE(nothing.requires_grad());
  CHECK_THROWS_AS(nothing.shape(), ValueError);
  CHECK_THROWS_WITH(nothing.values<float>(), Contains("undefined"));
  CHECK_THROWS_AS(nothing.detach(), ValueError);
}

TEST_CASE("empty tensors and scalars are tensors") {
  CHECK(Tensor::zeros({0, 3}).values<float>().empty());
  CHECK(Tensor::zeros({0, 3, 2, 2}).to(Layout::channels_last()).count() == 0);
  CHECK(Tensor::full({}, 2.5).item() == 2.5);
}

TEST_CASE("adopting another order reaches every copy of the handle") {
  const Tensor t = Tensor::from(std::vector<float>{1, 2, 3, 4}, {1, 2, 1, 2}), copy = t;
  Tensor handle = t;
  handle.adopt(t.to(Layout::channels_last()));
  CHECK(copy.layout() == Layout::channels_last());
  CHECK(copy.values<float>() == std::vector<float>{1, 2, 3, 4});
  CHECK(copy.data<float>()[1] == 3);
}

TEST_CASE("assigned elements are seen by every handle, views and detached ones too") {
  for (const bool looked_at : {false, true}) {
    Tensor t = Tensor::zeros({1, 2, 1, 2});
    const Tensor handle = t;
    std::vector<Tensor> others;
    if (looked_at) others = {t.detach(), t.view({4})};
    const std::vector<float> values = {1, 2, 3, 4};
    t.assign(Tensor::from(values, {1, 2, 1, 2}).to(Layout::channels_last()), "test");
    CHECK(handle.values<float>() == values);
    for (const Tensor& other : others) {
      CHECK(other.values<float>() == values);
      CHECK(other.storage() == t.storage());
      CHECK(t.storage()->writer() == "test");
    }
  }
  Tensor t = Tensor::zeros({2});
  CHECK_THROWS_AS(t.assign(Tensor::zeros({3}), "test"), ShapeError);
  CHECK_THROWS_AS(t.assign(Tensor::zeros({2}, DType::int64), "test"), DtypeError);
  CHECK_THROWS_AS(t.assign(Tensor::zeros({2}, DType::float32, Device::reference), "test"), DeviceError);
}
