// From a JPEG's component planes to interleaved pixels: chroma upsampling and YCbCr → RGB as libjpeg does them, so that
// a network sees what other tools' loaders show it. (stb_image's own upsampling differs by up to 60 levels in pictures
// of at most 4 columns, and weighs the last-but-one column of 4:2:2 pictures the wrong way round.)
// Source: JFIF 1.02 (equations); the triangle filter with libjpeg's rounding.
#pragma once
#include <cstdint>
#include <vector>

namespace skew {

struct JpegPlane {
  const uint8_t* samples = nullptr;  // [height][stride]
  int64_t stride = 0;
  int64_t width = 0, height = 0;     // real samples: ceil(picture / expand)
  int64_t expand_x = 1, expand_y = 1;  // picture samples per plane sample: 1..4
};

// One plane: grey, H·W bytes. Three: RGB, H·W·3 bytes; `rgb` says that the planes are R, G, B already.
std::vector<uint8_t> interleave_planes(const std::vector<JpegPlane>& planes, int64_t height, int64_t width, bool rgb);

}  // namespace skew
