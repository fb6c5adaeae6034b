// JPEG through libjpeg-turbo: its pixels, with its warnings as errors. Not a way in of its own: decode_image (image.h).
#pragma once
#include <cstdint>
#include <span>
#include <string>

#include "apps/formats/image.h"

namespace skew {

// Up to the first scan: kind, size, area within limits. Else FileError.
ImageInfo read_jpeg_header(std::span<const uint8_t> file, const std::string& name, const ImageLimits& limits);

// The whole file up to its end marker; 1 channel, or 3: CMYK becomes RGB as in Pillow's convert("RGB"), without a
// colour profile. Bytes after the end marker are ignored, junk between header segments is skipped. FileError for
// whatever libjpeg refuses or warns of (what ends early, above all), for scans that are missing and for more than 100
// of them. JPEG has no checksum: a flipped bit may give another picture, unnoticed.
Image decode_jpeg(std::span<const uint8_t> file, const std::string& name, const ImageLimits& limits);

}  // namespace skew
