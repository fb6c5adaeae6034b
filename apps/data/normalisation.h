// Mean and standard deviation of the training images, per channel, of values scaled to 0 … 1 (by 255 or 65535).
// What is done with them is in apps/data/augmentation.h; they are stored with the weights. Read next: pixel_cache.h.
#pragma once
#include <span>
#include <vector>

#include "apps/data/pixel_cache.h"

namespace skew {

struct Normalisation {
  std::vector<double> mean, std;  // one each per channel; std > 0
};

// Over all pixels of the images `indices` (the train split), as the cache gives them, which is filled on the way.
// std is the population's (÷ N); where a channel is constant it is 1. The sums are exact integers per image and are
// added in the order of `indices`, so the result does not depend on `workers` (threads; 0 and 1: the caller alone).
// Throws FileError that names an unreadable image. With `skip_bad`, unreadable images are left out, and where
// `left_out` is given, what is wrong with each is written there, in the order of `indices`.
Normalisation compute_normalisation(PixelCache& cache, std::span<const int64_t> indices, int workers = 1,
                                    bool skip_bad = false, std::vector<std::string>* left_out = nullptr);

}  // namespace skew
