// One uniform number an image and class, from its place alone: the drop of one label depends on no other.
#include "apps/data/label_noise.h"

#include "core/random.h"

namespace skew {

int64_t drop_positives(std::span<float> targets, std::span<const Split> splits, int64_t classes, double rate,
                       uint64_t seed) {
  constexpr uint64_t noise_stream = uint64_t(0xE3) << 56;  // of this file's own
  int64_t dropped = 0;
  for (size_t c = 0; c < size_t(classes); ++c) {
    float* last = nullptr;  // the training positive with the largest number: the last to go
    float largest = -1;
    bool any_left = false;
    for (size_t i = 0; i < splits.size(); ++i) {
      float& y = targets[i * size_t(classes) + c];
      if (y != 1 || splits[i] == Split::test) continue;
      const float u = philox_uniform(seed, noise_stream, i * size_t(classes) + c);
      const bool train = splits[i] == Split::train;
      if (train && u > largest) {
        largest = u;
        last = &y;
      }
      if (double(u) < rate) {
        y = 0;
        ++dropped;
      } else {
        any_left |= train;
      }
    }
    if (last && !any_left) {
      *last = 1;
      --dropped;
    }
  }
  return dropped;
}

}  // namespace skew
