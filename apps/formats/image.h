// Pictures from files: PNG and JPEG in, PNG out, by libpng and libjpeg-turbo, made strict enough for strangers' files
// (codecs.h). Not for resizing or augmenting, and no other format is read.
// Read next: codecs.h.
#pragma once
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace skew {

// Samples interleaved as H, W, C; 1 (grey) or 3 (red, green, blue) channels. bits 8: one byte a sample; bits 16: two
// bytes in the machine's own order, full range 0..65535. Samples are as stored: no gamma, no colour profile, and the
// EXIF orientation is not applied.
struct Image {
  int64_t channels = 0, height = 0, width = 0;
  int bits = 8;
  std::vector<uint8_t> bytes;
};

struct ImageLimits {
  int64_t max_pixels = 64 << 20;  // height × width, checked from the header before anything is allocated
  int64_t max_file_bytes = 512 << 20;
};

struct ImageInfo {
  int64_t channels = 0, height = 0, width = 0;
  int bits = 8;
  std::string format;  // "PNG" or "JPEG"
};

// "PNG", "JPEG", or another format's usual name ("GIF", "DICOM", "HTML", …), by its first bytes; "" for an unknown one.
// The file's name plays no part. What has no bytes at a fixed place (text, DICOM without preamble) is last.
std::string image_format(std::span<const uint8_t> file);

// Decodes the whole file or throws FileError naming `name`; it never returns a partly decoded picture.
// PNG: grey stays grey, palettes become RGB, an alpha channel or a transparent colour is dropped without compositing
// (as Pillow's convert("L") and convert("RGB") do); 1, 2 and 4 bits are scaled to the range of 8, 16 are kept.
// JPEG: 8 bits, sequential or progressive, Huffman or arithmetic; grey, colour, or CMYK turned into RGB (codecs.h).
// Refused by name: every other format, 12-bit and lossless JPEG, Apple's CgBI PNG.
Image decode_image(std::span<const uint8_t> file, const std::string& name, const ImageLimits& limits = {});
Image read_image(const std::filesystem::path& path, const ImageLimits& limits = {});

// What decode_image would return, from the header alone: a file that is damaged further on is not found out here.
ImageInfo probe_image(std::span<const uint8_t> file, const std::string& name, const ImageLimits& limits = {});
ImageInfo probe_image(const std::filesystem::path& path, const ImageLimits& limits = {});

// Writes an 8- or 16-bit PNG through a temporary file and a rename. ValueError for an image whose fields do not agree,
// FileError when any call on the file fails (a full disk too).
void write_png(const std::filesystem::path& path, const Image& image);

}  // namespace skew
