// Random numbers by counter: Philox4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011).
// Number i of a stream is a function of (seed, stream, i) alone, so 1 or 64 threads, CPU or GPU, draw the same bits,
// and a checkpoint holds a generator in one number. Nothing here reads a clock or a device.
#pragma once
#include <array>
#include <cstdint>
#include <vector>

#include "core/math.h"

namespace skew {

// Four independent 32-bit words for the 128-bit counter (counter, stream) under the key `seed`.
SKEW_HD std::array<uint32_t, 4> philox(uint64_t seed, uint64_t stream, uint64_t counter) {
  uint32_t c[4] = {uint32_t(counter), uint32_t(counter >> 32), uint32_t(stream), uint32_t(stream >> 32)};
  uint32_t k[2] = {uint32_t(seed), uint32_t(seed >> 32)};
  for (int round = 0; round < 10; ++round) {
    const uint64_t p0 = uint64_t(0xD2511F53u) * c[0], p1 = uint64_t(0xCD9E8D57u) * c[2];
    const uint32_t next[4] = {uint32_t(p1 >> 32) ^ c[1] ^ k[0], uint32_t(p1), uint32_t(p0 >> 32) ^ c[3] ^ k[1],
                              uint32_t(p0)};
    c[0] = next[0], c[1] = next[1], c[2] = next[2], c[3] = next[3];
    k[0] += 0x9E3779B9u, k[1] += 0xBB67AE85u;
  }
  return {c[0], c[1], c[2], c[3]};
}

// Word `index` of a stream as a float in [0, 1), 24 bits: what dropout compares with its rate.
SKEW_HD float philox_uniform(uint64_t seed, uint64_t stream, uint64_t index) {
  return float(philox(seed, stream, index / 4)[index % 4] >> 8) * 0x1p-24f;
}

// A sequence of draws from one stream. Copyable; `position` words were drawn so far and is all its state.
class Generator {
 public:
  explicit Generator(uint64_t seed, uint64_t stream = 0, uint64_t position = 0);

  uint32_t bits();   // 32 random bits
  double uniform();  // [0, 1), 53 bits
  double uniform(double low, double high) { return low + (high - low) * uniform(); }
  double normal();                              // standard normal, Box–Muller; draws two uniforms, uses one value
  int64_t below(int64_t n);                     // uniform over 0 … n−1 without bias; throws ValueError unless n > 0
  std::vector<int64_t> permutation(int64_t n);  // Fisher–Yates over 0 … n−1
  uint64_t reserve(uint64_t words);  // moves on by this many words and returns the first one's position: for kernels
                                     // that draw by counter themselves

  uint64_t seed() const { return seed_; }
  uint64_t stream() const { return stream_; }
  uint64_t position() const { return position_; }

 private:
  uint64_t seed_, stream_, position_;
  std::array<uint32_t, 4> block_{};
};

// The process-wide generator that initialises weights and gives dropout its offsets.
Generator& default_generator();
// Moves it on by this many words and returns a generator that stands at the first of them. Threads that draw at the
// same time use this; default_generator() itself is one thread's at a time.
Generator reserve_default(uint64_t words);
void seed(uint64_t value);  // starts default_generator() anew

}  // namespace skew
