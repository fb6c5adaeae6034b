// Whole numbers as test data: every sum of products of them is exact in float, in any order, so two implementations
// must agree to the last bit. Zeros are left out: a result of zeros would hide an element that was never written.
#pragma once
#include <cstdlib>

#include "core/random.h"
#include "core/tensor.h"
#include "ops/conv2d.h"
#include "tests/fast_device.h"

// ±1 … ±4 on the device under test.
inline skew::Tensor whole_numbers(skew::Generator& random, const skew::Shape& shape) {
  std::vector<float> values(size_t(shape.count()));
  for (float& v : values) v = float(random.below(2) ? 1 + random.below(4) : -1 - random.below(4));
  return skew::Tensor::from(values, shape, fast_device());
}

// In the device's own order: what a convolution by the identity puts out. oneDNN's is blocked where the channels are a
// multiple of 8.
inline skew::Tensor in_backend_order(const skew::Tensor& t) {
  const ptrdiff_t channels = t.shape()[1];
  std::vector<float> identity(size_t(channels * channels), 0);
  for (ptrdiff_t c = 0; c < channels; ++c) identity[size_t(c * channels + c)] = 1;
  const skew::Tensor w = skew::Tensor::from(identity, {channels, channels, 1, 1}, fast_device());
  return skew::conv2d_forward(fast_device(), t, w, {}, {});
}

// The same elements in one of the orders that a kernel may meet. Only images have more than one.
inline skew::Tensor in_some_order(skew::Generator& random, const skew::Tensor& t) {
  if (t.shape().rank() != 4 || t.count() == 0) return t;
  switch (random.below(3)) {
    case 0: return t;
    case 1: return t.to(skew::Layout::channels_last());
    default: return in_backend_order(t);
  }
}

// The truth's operand: the same values on the reference, in double.
inline skew::Tensor as_truth(const skew::Tensor& t) {
  return t.defined() ? t.to(skew::Device::reference).to(skew::DType::float64) : t;
}

// Compares with the truth to the last bit, and counts: a set of results that is mostly zeros proves little.
struct Exactness {
  ptrdiff_t compared = 0, zeros = 0;

  bool same(const skew::Tensor& mine, const skew::Tensor& truth) {
    if (!mine.defined() || !(mine.shape() == truth.shape())) return false;
    const std::vector<float> got = mine.values<float>();
    const std::vector<double> expected = truth.values<double>();
    bool equal = true;
    for (size_t i = 0; i < got.size(); ++i) equal &= double(got[i]) == expected[i], zeros += expected[i] == 0;
    compared += ptrdiff_t(got.size());
    return equal;
  }
};

// How many random shapes: few in every run, many with SKEW_LONG=1.
inline int random_cases(int usual, int in_long_run) {
  const char* asked = std::getenv("SKEW_LONG");
  return asked && *asked == '1' ? in_long_run : usual;
}
