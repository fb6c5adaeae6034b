// Random changes of a training image: what is drawn, and how a stored image becomes normalised floats under the draw.
// The draw of an image depends on (seed, epoch, index, repeat) alone, never on threads, batches or other images.
// Read next: apps/data/loader.h.
#pragma once
#include <array>
#include <cstdint>
#include <string>

#include "apps/data/normalisation.h"
#include "apps/data/pixel_cache.h"
#include "core/field.h"

namespace skew {

// Which changes are made. In this order: contrast, brightness, then (on normalised values, so that whatever comes in
// from outside is 0, the training mean) affine, rotate, flip, crop as one map from output to source pixels.
struct Augmentation {
  bool flip = false;        // left-right, with probability 1/2
  bool crop = false;        // zero-pad by max(1, size / 16) and cut out the size at an offset uniform over all that fit
  bool rotate = false;      // by −15° … 15° about the centre, bilinear
  bool affine = false;      // scale 0.9 … 1.1, shear −10° … 10°, shift up to 1/16 of the size, bilinear
  bool brightness = false;  // adds −0.2 … 0.2 to values of 0 … 1, clipped
  bool contrast = false;    // scales the distance from the image's mean by 0.8 … 1.2, clipped
};

// "flip,crop" or "none". Throws ValueError with a suggestion for an unknown word.
Augmentation parse_augmentation(const std::string& words);
// "mirrored left to right, shifted"; "" where nothing is changed.
std::string in_words(const Augmentation& augmentation);
// As a field (core/field.h): the words.
void set_field(FieldName what, Augmentation& value, const std::string& words, const Range&);
std::string field_text(const Augmentation& augmentation);
inline void check_field(FieldName, const Augmentation&, const Range&) {}

// What was drawn for one image.
struct Draw {
  bool flip = false;
  int64_t dy = 0, dx = 0;  // output (y, x) shows padded source (y + dy, x + dx), unflipped
  bool warp = false;
  // output to source, in pixels from the centre: rows of a 2 × 3 matrix
  std::array<double, 6> inverse = {1, 0, 0, 0, 1, 0};
  float brightness = 0, contrast = 1;
};

struct ImageShape {
  int64_t channels = 0, height = 0, width = 0;
};

// repeat: how often the image was already shown in this epoch (samplers may repeat one).
Draw draw_augmentation(const Augmentation& augmentation, uint64_t seed, int64_t epoch, int64_t index, int64_t repeat,
                       const ImageShape& shape);

// out: (C,H,W) floats, (value / 255 or 65535 − mean) / std under the draw.
void render(const Pixels& pixels, const ImageShape& shape, const Normalisation& normalisation, const Draw& draw,
            float* out);

}  // namespace skew
