// PNG through libpng: samples as stored, every checksum checked. Not a way in of its own: decode_image (image.h).
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "apps/formats/image.h"

namespace skew {

// Up to the pixel data: size, kind, area within limits. Else FileError.
ImageInfo read_png_header(std::span<const uint8_t> file, const std::string& name, const ImageLimits& limits);

// The whole file: every chunk's length and CRC, the order of chunks, references into the palette, the pixel data to its
// last byte and no more of it, IEND. Bytes after IEND are ignored. Compressed text that grows beyond 8 MB, Apple's CgBI
// variant and whatever else libpng refuses: FileError.
Image decode_png(std::span<const uint8_t> file, const std::string& name, const ImageLimits& limits);

// The file's bytes for an image of 1 or 3 channels, 8 or 16 bits; ValueError when its fields do not agree.
std::vector<uint8_t> encode_png(const Image& image);

}  // namespace skew
