// Label noise for studies: positives that nobody noted. Long-tailed medical labels are mostly wrong in this way.
// Not here: unknown labels, which the data themselves mark (contents.h).
#pragma once
#include <span>

#include "apps/data/contents.h"

namespace skew {

// Turns each positive of the train and val splits into a negative with probability `rate` in [0, 1), by seed. What is
// lost at one rate is lost at every higher one, and each class keeps at least one training image. The test split stays.
// targets: (N, classes), splits: N. Returns how many positives were dropped.
int64_t drop_positives(std::span<float> targets, std::span<const Split> splits, int64_t classes, double rate,
                       uint64_t seed);

}  // namespace skew
