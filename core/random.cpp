// Draws from a Philox stream; the block function itself is in the header, where kernels inline it.
#include "core/random.h"

#include <cmath>
#include <mutex>
#include <numbers>
#include <utility>

#include "core/error.h"

namespace skew {

Generator::Generator(uint64_t seed, uint64_t stream, uint64_t position)
    : seed_(seed), stream_(stream), position_(position), block_(philox(seed, stream, position / 4)) {}

uint32_t Generator::bits() {
  if (position_ % 4 == 0) block_ = philox(seed_, stream_, position_ / 4);
  return block_[position_++ % 4];
}

double Generator::uniform() {
  const uint64_t high = bits(), low = bits();
  return double(((high << 32) | low) >> 11) * 0x1p-53;
}

double Generator::normal() {
  const double u = 1 - uniform(), v = uniform();  // u in (0, 1]: its logarithm is finite
  return std::sqrt(-2 * std::log(u)) * std::cos(2 * std::numbers::pi * v);
}

int64_t Generator::below(int64_t n) {
  if (n <= 0) throw ValueError(text("below: expected a positive number of choices, got ", n));
  const uint64_t range = uint64_t(n), limit = UINT64_MAX - UINT64_MAX % range;
  for (;;) {
    const uint64_t high = bits(), value = (high << 32) | bits();
    if (value < limit) return int64_t(value % range);  // the incomplete last cycle would favour small numbers
  }
}

std::vector<int64_t> Generator::permutation(int64_t n) {
  std::vector<int64_t> order(size_t(n < 0 ? 0 : n));
  for (size_t i = 0; i < order.size(); ++i) order[i] = int64_t(i);
  for (size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[size_t(below(int64_t(i)))]);
  return order;
}

uint64_t Generator::reserve(uint64_t words) {
  const uint64_t first = position_;
  position_ += words;
  block_ = philox(seed_, stream_, position_ / 4);
  return first;
}

Generator& default_generator() {
  static Generator generator(0);
  return generator;
}

Generator reserve_default(uint64_t words) {
  static std::mutex mutex;
  const std::lock_guard lock(mutex);
  const Generator start = default_generator();
  default_generator().reserve(words);
  return start;
}

void seed(uint64_t value) { default_generator() = Generator(value); }

}  // namespace skew
