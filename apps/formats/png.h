// What a PNG file must fulfil before it is decoded, and the way to make one (PNG specification, third edition).
// The check replaces trust in the decoder: stb_image reads no checksum and inflates without a bound.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "apps/formats/image.h"

namespace skew {

struct PngHeader {
  int64_t width = 0, height = 0;
  int bit_depth = 0;    // 1, 2, 4, 8, 16 a sample
  int colour_type = 0;  // 0 grey, 2 RGB, 3 palette, 4 grey + alpha, 6 RGB + alpha
  bool interlaced = false;
};

// The header alone: signature, IHDR with its checksum, sensible values, the area within limits. Else FileError.
PngHeader read_png_header(std::span<const uint8_t> file, const std::string& name, const ImageLimits& limits);

// The whole file: every chunk's length and CRC, the order of chunks, IEND, and the pixel data inflated once into
// nothing: it must yield all bytes the header asks for and no more. Bytes after IEND are ignored. Else FileError.
PngHeader check_png(std::span<const uint8_t> file, const std::string& name, const ImageLimits& limits);

// The file's bytes for an image of 1 or 3 channels, 8 or 16 bits; ValueError when its fields do not agree.
std::vector<uint8_t> encode_png(const Image& image);

}  // namespace skew
