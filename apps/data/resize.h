// Bringing a decoded image to the number of channels and the size that a network trains on.
// Whole images of 8 or 16 bits in, the same depth out; random changes of an image are apps/data/augmentation.h.
// Read next: apps/data/pixel_cache.h.
#pragma once
#include "apps/data/input_size.h"

namespace skew {

// 1 or 3 channels: grey is repeated, colour becomes grey as .299 R + .587 G + .114 B (ITU-R BT.601), alpha is dropped.
// Throws ValueError for other counts.
Image convert_channels(Image image, int64_t channels);

// Separable triangle filter: bilinear when enlarging, and as wide as the step when shrinking, so that no pixel is
// skipped (anti-aliased). Pixel centres at ½; outside pixels carry no weight. Rounded to the nearest value.
Image resize(const Image& image, int64_t height, int64_t width);

// To height × width as `fit` says, by resize(). ValueError for Fit::automatic.
Image fitted(const Image& image, int64_t height, int64_t width, Fit fit);

}  // namespace skew
