// What a JPEG file must fulfil before it is decoded (ITU-T T.81): stb_image takes every torn file for a whole one.
// Read next: jpeg_scan.h, the entropy-coded part.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "apps/formats/image.h"

namespace skew {

struct JpegHeader {
  int64_t width = 0, height = 0;
  int components = 0;  // 1 grey, 3 YCbCr or RGB
  bool progressive = false;
  bool rgb = false;                             // three components that are R, G, B: libjpeg's rule
  std::vector<std::pair<size_t, size_t>> junk;  // byte ranges [begin, end) between header segments that are no segment
};

// Up to the frame header (SOF): kind of coding, size, area within limits. Else FileError.
JpegHeader read_jpeg_header(std::span<const uint8_t> file, const std::string& name, const ImageLimits& limits);

// The whole file up to its end-of-image marker: every segment's length and tables, and every scan complete to the last
// block (as far as JPEG, which has no checksum, lets one know). Bytes after the end marker are ignored, junk between
// header segments is skipped as libjpeg does. Refuses by name: arithmetic coding, lossless, hierarchical, 12 bits,
// 2 or 4 components (CMYK, YCCK), chroma subsampling by fractions. Else FileError.
JpegHeader check_jpeg(std::span<const uint8_t> file, const std::string& name, const ImageLimits& limits);

}  // namespace skew
