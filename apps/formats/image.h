// Pictures from files: PNG and JPEG in, PNG out, by libpng and libjpeg-turbo, made strict enough for strangers' files
// (codecs.h). Not for resizing or augmenting, and no other format is read.
// Read next: codecs.h.
#pragma once
#include <array>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace skew {

// Samples interleaved as H, W, C; 1 (grey) or 3 (red, green, blue) channels. bits 8: one byte a sample; bits 16: two
// bytes in the machine's own order, full range 0..65535. Samples are as stored: no gamma, no colour profile.
struct Image {
  int64_t channels = 0, height = 0, width = 0;
  int bits = 8;
  std::vector<uint8_t> bytes;
};

struct ImageLimits {
  int64_t max_pixels = 64 << 20;  // height × width, checked from the header before anything is allocated
  int64_t max_file_bytes = 512 << 20;
};

// Whether a picture is turned the way up that its EXIF data ask for (exif.h), as every viewer shows it, or left as it
// is stored.
enum class Exif : uint8_t { apply, ignore };
constexpr std::array<const char*, 2> words_of(Exif) { return {"apply", "ignore"}; }

struct ImageInfo {
  int64_t channels = 0, height = 0, width = 0;  // the right way up, as decode_image would return it
  int bits = 8;
  std::string format;   // "PNG" or "JPEG"
  int orientation = 1;  // of EXIF, that was applied: 1 (as stored) to 8
};

// Decodes the whole file or throws FileError naming `name`; it never returns a partly decoded picture.
// PNG: grey stays grey, palettes become RGB, an alpha channel or a transparent colour is dropped without compositing
// (as Pillow's convert("L") and convert("RGB") do); 1, 2 and 4 bits are scaled to the range of 8, 16 are kept.
// JPEG: 8 bits, sequential or progressive, Huffman or arithmetic; grey, colour, or CMYK turned into RGB (codecs.h).
// Refused by name: every other format (foreign.h), 12-bit and lossless JPEG, Apple's CgBI PNG.
Image decode_image(std::span<const uint8_t> file, const std::string& name, const ImageLimits& limits = {},
                   Exif exif = Exif::apply);
Image read_image(const std::filesystem::path& path, const ImageLimits& limits = {}, Exif exif = Exif::apply);

// What decode_image would return, from the header alone: a file that is damaged further on is not found out here.
// Of a path, 128 KiB are read where the header fits into them.
ImageInfo probe_image(std::span<const uint8_t> file, const std::string& name, const ImageLimits& limits = {},
                      Exif exif = Exif::apply);
ImageInfo probe_image(const std::filesystem::path& path, const ImageLimits& limits = {}, Exif exif = Exif::apply);

// Writes an 8- or 16-bit PNG through a temporary file and a rename. ValueError for an image whose fields do not agree,
// FileError when any call on the file fails (a full disk too).
void write_png(const std::filesystem::path& path, const Image& image);

}  // namespace skew
