// Walks the segments of a JPEG or the chunks of a PNG to the EXIF data, then their first directory.
#include "apps/formats/exif.h"

#include <zlib.h>

#include <algorithm>
#include <cstring>
#include <functional>
#include <optional>

#include "core/error.h"

namespace skew {
namespace {

using Bytes = std::span<const uint8_t>;

constexpr int64_t most_exif_bytes = 64 << 10;  // those of a JPEG fit into one segment; more in a PNG is not looked at
constexpr int64_t most_bytes_of_junk = 4096;   // between segments
constexpr uint16_t orientation_tag = 0x112, short_type = 3, long_type = 4;

struct ExifSource {
  int64_t size;
  std::function<void(int64_t offset, std::span<uint8_t> into)> read;  // within size

  // Up to `count` bytes: fewer at the end of the file.
  std::vector<uint8_t> at(int64_t offset, int64_t count) const {
    std::vector<uint8_t> out(size_t(std::clamp<int64_t>(size - offset, 0, count)));
    if (!out.empty()) read(offset, out);
    return out;
  }
};

uint32_t tiff_number(Bytes at, size_t bytes, bool little) {
  uint32_t value = 0;
  for (size_t i = 0; i < bytes; ++i) value = value << 8 | at[little ? bytes - 1 - i : i];
  return value;
}

bool begins(Bytes bytes, std::string_view words) {
  return bytes.size() >= words.size() && std::memcmp(bytes.data(), words.data(), words.size()) == 0;
}

// TIFF: byte order, 42, where the first directory is; there its entries of 12 bytes: tag, type, count, value.
int orientation_of(Bytes tiff) {
  using namespace std::string_view_literals;
  const bool little = begins(tiff, "II*\0"sv);
  if (tiff.size() < 8 || (!little && !begins(tiff, "MM\0*"sv))) return 1;
  const uint32_t directory = tiff_number(tiff.subspan(4), 4, little);
  if (directory > tiff.size() - 2) return 1;
  const uint32_t entries = tiff_number(tiff.subspan(directory), 2, little);
  for (uint32_t k = 0; k < entries; ++k) {
    const size_t at = size_t(directory) + 2 + 12 * size_t(k);
    if (at + 12 > tiff.size()) return 1;
    const Bytes entry = tiff.subspan(at, 12);
    if (tiff_number(entry, 2, little) != orientation_tag) continue;
    const uint32_t type = tiff_number(entry.subspan(2), 2, little);
    if (type != short_type && type != long_type) return 1;
    const uint32_t value = tiff_number(entry.subspan(8), type == short_type ? 2 : 4, little);
    return value >= 1 && value <= 8 ? int(value) : 1;
  }
  return 1;
}

int orientation_of_jpeg(const ExifSource& file) {
  int64_t at = 2, junk = 0;
  while (at + 4 <= file.size && junk <= most_bytes_of_junk) {
    const std::vector<uint8_t> head = file.at(at, 10);
    const int marker = head[1];
    if (head[0] != 0xff || marker == 0xff || marker == 0) {  // fill bytes and junk, which the decoder skips as well
      ++at;
      ++junk;
      continue;
    }
    if (marker == 0xda || marker == 0xd9) return 1;  // the pixels, or the end
    const bool has_length = marker != 0x01 && (marker < 0xd0 || marker > 0xd8);
    const int64_t length = has_length ? int64_t(tiff_number(Bytes(head).subspan(2), 2, false)) : 0;
    if (marker == 0xe1 && length >= 8 && begins(Bytes(head).subspan(4), "Exif"))
      return orientation_of(file.at(at + 10, length - 8));
    at += 2 + length;
  }
  return 1;
}

int orientation_of_chunk(Bytes data) {
  using namespace std::string_view_literals;
  return orientation_of(begins(data, "Exif\0\0"sv) ? data.subspan(6) : data);  // a prefix that some write
}

// ImageMagick writes the chunk behind the pixel data. What only looks like one there has no fitting checksum.
int orientation_at_the_end(const ExifSource& file) {
  const std::vector<uint8_t> end = file.at(std::max<int64_t>(0, file.size - most_exif_bytes), most_exif_bytes);
  const std::string_view words(reinterpret_cast<const char*>(end.data()), end.size());
  for (size_t at = words.find("eXIf"); at != words.npos; at = words.find("eXIf", at + 1)) {
    if (at < 4) continue;
    const size_t length = tiff_number(Bytes(end).subspan(at - 4), 4, false);
    if (length > end.size() || at + 4 + length + 4 > end.size()) continue;
    const uint32_t checksum = tiff_number(Bytes(end).subspan(at + 4 + length), 4, false);
    if (crc32(0, end.data() + at, uInt(4 + length)) == checksum)
      return orientation_of_chunk(Bytes(end).subspan(at + 4, length));
  }
  return 1;
}

int orientation_of_png(const ExifSource& file) {
  for (int64_t at = 8; at + 12 <= file.size;) {
    const std::vector<uint8_t> head = file.at(at, 8);
    const int64_t length = tiff_number(head, 4, false);
    if (begins(Bytes(head).subspan(4), "IDAT")) break;
    if (begins(Bytes(head).subspan(4), "eXIf"))
      return orientation_of_chunk(file.at(at + 8, std::min(length, most_exif_bytes)));
    at += 12 + length;
  }
  return orientation_at_the_end(file);
}

int orientation_of(const ExifSource& file) {
  const std::vector<uint8_t> first = file.at(0, 8);
  if (begins(first, "\xff\xd8\xff")) return orientation_of_jpeg(file);
  return begins(first, "\x89PNG\r\n\x1a\n") ? orientation_of_png(file) : 1;
}

}  // namespace

int exif_orientation(Bytes file) {
  const auto read = [file](int64_t offset, std::span<uint8_t> into) {
    std::ranges::copy(file.subspan(size_t(offset), into.size()), into.begin());
  };
  return orientation_of(ExifSource{int64_t(file.size()), read});
}

int exif_orientation(const InputFile& file) try {
  return orientation_of(
      ExifSource{file.size(), [&](int64_t offset, std::span<uint8_t> into) { file.read(offset, into); }});
} catch (const FileError&) {  // cut short meanwhile: whoever decodes it will say so
  return 1;
}

Image upright(Image image, int orientation) {
  if (orientation < 2 || orientation > 8) return image;
  const bool exchanged = orientation >= 5;
  const bool from_below = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
  const bool from_right = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
  const size_t pixel = size_t(image.channels * image.bits / 8);
  const size_t height = size_t(image.height), width = size_t(image.width);
  const size_t rows = exchanged ? width : height, columns = exchanged ? height : width;
  std::vector<uint8_t> bytes(image.bytes.size());
  uint8_t* out = bytes.data();
  for (size_t y = 0; y < rows; ++y)
    for (size_t x = 0; x < columns; ++x, out += pixel) {
      const size_t row = exchanged ? x : y, column = exchanged ? y : x;
      const size_t stored_row = from_below ? height - 1 - row : row;
      const size_t stored_column = from_right ? width - 1 - column : column;
      std::memcpy(out, image.bytes.data() + (stored_row * width + stored_column) * pixel, pixel);
    }
  image.bytes = std::move(bytes);
  if (exchanged) std::swap(image.height, image.width);
  return image;
}

ImageInfo upright(ImageInfo info, int orientation) {
  info.orientation = orientation;
  if (orientation >= 5) std::swap(info.height, info.width);
  return info;
}

}  // namespace skew
