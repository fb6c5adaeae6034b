// The only door to stb_image: bytes to samples for files that png.h and jpeg.h have found whole. Nothing is checked
// here that they check. Not for other users: decode_image (image.h) is the way in.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "apps/formats/image.h"
#include "apps/formats/jpeg.h"

namespace skew {

// Samples of a checked PNG in the form `info` announces; FileError with stb_image's reason.
std::vector<uint8_t> decode_png_samples(std::span<const uint8_t> file, const ImageInfo& info, const std::string& name);

// Pixels of a checked JPEG, H·W·components bytes. Entropy decoding and the inverse DCT are stb_image's, upsampling and
// colour are jpeg_colour.h's.
std::vector<uint8_t> decode_jpeg_samples(std::span<const uint8_t> file, const JpegHeader& header,
                                         const std::string& name);

}  // namespace skew
