// What the registry's samples cannot say of dropout: the mask is the Philox stream, whoever computes it, and the
// process-wide generator moves on by one word an element.
#include "ops/dropout.h"

#include <catch2/catch.hpp>

#include "core/backward.h"
#include "core/parallel.h"
#include "core/random.h"

using namespace skew;

TEST_CASE("dropout drops where the stream says so, for any number of threads and on any device") {
  const ptrdiff_t n = 100003;
  const DropoutDraw draw{.rate = 0.3, .seed = 7, .stream = 2, .offset = 13};
  const int before = threads();
  for (const Device device : {Device::reference, Device::cpu})
    for (const int count : {1, 4}) {
      set_threads(count);
      const std::vector<float> y = dropout_drawn(Tensor::full({n}, 1, DType::float32, device), draw).values<float>();
      ptrdiff_t wrong = 0, kept = 0;
      for (ptrdiff_t i = 0; i < n; ++i) {
        const bool keep = philox_uniform(7, 2, 13 + uint64_t(i)) >= 0.3f;
        wrong += y[size_t(i)] != (keep ? float(1 / 0.7) : 0), kept += keep;
      }
      CHECK(wrong == 0);
      CHECK(double(kept) / double(n) == Approx(0.7).margin(5 * std::sqrt(.21 / double(n))));
    }
  set_threads(before);
}

TEST_CASE("dropout's gradient has the mask of its forward pass, and each call another mask") {
  seed(5);
  Tensor x = Tensor::full({1000}, 1, DType::float32);
  x.set_requires_grad();
  const Tensor a = dropout(x, {.rate = 0.5}), b = dropout(x, {.rate = 0.5});
  CHECK(default_generator().position() == 2000);
  backward(a, Tensor::full({1000}, 1));
  CHECK(x.grad().values<float>() == a.values<float>());
  CHECK(a.values<float>() != b.values<float>());
  seed(5);
  CHECK(dropout(x, {.rate = 0.5}).values<float>() == a.values<float>());
}

TEST_CASE("dropout does nothing in evaluation") {
  const Tensor x = Tensor::full({8}, 1);
  CHECK(dropout(x, {.rate = 0.5, .training = false}).same_as(x));
  CHECK(dropout(x, {.rate = 1}).values<float>() == std::vector<float>(8));
}
