// The two decoders behind the door of image.h, each through its library: libpng (png.cpp), libjpeg-turbo (jpeg.cpp).
// All but encode_png throw FileError, beginning with `name`.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "apps/formats/image.h"

namespace skew {

// Up to the pixel data: size, kind, area within limits. `file` may be the beginning of one of `file_bytes`.
ImageInfo read_png_header(std::span<const uint8_t> file, const std::string& name, const ImageLimits& limits,
                          int64_t file_bytes);

// Samples and rows as stored (so also of a JPEG: image.h turns them upright). The whole file: every chunk's length and
// CRC, the order of chunks, references into the palette, the pixel data to its last byte and no more of it, IEND. Bytes
// after IEND are ignored. Refused: compressed text that grows beyond 1 MiB, Apple's CgBI variant and whatever else
// libpng refuses.
Image decode_png(std::span<const uint8_t> file, const std::string& name, const ImageLimits& limits);

// The file's bytes for an image of 1 or 3 channels, 8 or 16 bits; ValueError when its fields do not agree.
std::vector<uint8_t> encode_png(const Image& image);

// Up to the first scan: kind, size, area within limits. `file` may be the beginning of one of `file_bytes`.
ImageInfo read_jpeg_header(std::span<const uint8_t> file, const std::string& name, const ImageLimits& limits,
                           int64_t file_bytes);

// The whole file up to its end marker; 1 channel, or 3: CMYK becomes RGB as in Pillow's convert("RGB"), without a
// colour profile. Bytes after the end marker are ignored, junk between header segments is skipped. Refused: whatever
// libjpeg refuses or warns of (what ends early, above all), a scan by tables that the file has not defined, also where
// libjpeg would take the standard's Huffman tables, missing scans, more than 100 of them. JPEG has no checksum:
// a flipped bit may give another picture, unnoticed.
Image decode_jpeg(std::span<const uint8_t> file, const std::string& name, const ImageLimits& limits);

}  // namespace skew
