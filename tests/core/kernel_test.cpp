// Kernel slots: an entry that is filled is called, an empty one says what exists.
#include "core/kernel.h"

#include <catch2/catch.hpp>
#include <memory>

#include "core/error.h"
#include "ops/arithmetic.h"
#include "ops/conv2d.h"

using namespace skew;
using Catch::Contains;

TEST_CASE("an empty slot names itself, the device and what it was built for") {
  const Tensor none;
  CHECK_THROWS_AS(conv2d_forward(Device::cuda, none, none, none, {}), DeviceError);
  CHECK_THROWS_WITH(conv2d_forward(Device::cuda, none, none, none, {}),
                    "conv2d_forward: no kernel for 'cuda' (built for: reference, cpu); move the tensor with .to()");
  Kernel<int(int)> nobody{"nobody"};
  CHECK_THROWS_WITH(nobody(Device::cpu, 1),
                    "nobody: no kernel for 'cpu' (built for: none); move the tensor with .to()");
}

TEST_CASE("a filled slot calls its function and passes arguments on without copies") {
  Kernel<std::unique_ptr<int>(std::unique_ptr<int>, int&)> slot{"slot"};
  CHECK_FALSE(slot.has(Device::reference));
  CHECK(slot.set(
      Device::reference, +[](std::unique_ptr<int> p, int& calls) {
        ++calls;
        return p;
      }));
  CHECK(slot.has(Device::reference));
  CHECK_FALSE(slot.has(Device::cpu));
  int calls = 0;
  auto p = std::make_unique<int>(3);
  const int* memory = p.get();
  CHECK(slot(Device::reference, std::move(p), calls).get() == memory);
  CHECK(calls == 1);
}

TEST_CASE("tensors of different devices or number types do not mix silently") {
  const Tensor a = Tensor::zeros({2}), b = Tensor::zeros({2}, DType::float32, Device::reference);
  CHECK_THROWS_AS(add(a, b), DeviceError);
  CHECK_THROWS_WITH(add(a, b), Contains("add: ") && Contains("'cpu' and 'reference'") && Contains(".to()"));
  CHECK_THROWS_AS(add(b, b.to(DType::float64)), DtypeError);
  CHECK_THROWS_WITH(add(b, b.to(DType::float64)), Contains("float32 and float64"));
}
