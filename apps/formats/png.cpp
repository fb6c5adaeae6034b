// PNG: a walk over the chunks. Each is length, four letters, data, CRC-32 of letters and data, all big-endian.
#include "apps/formats/png.h"

#include <zlib.h>

#include <array>
#include <bit>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string_view>
#include <utility>

#include "core/error.h"

namespace skew {
namespace {

using Bytes = std::span<const uint8_t>;

constexpr size_t signature_size = 8;
constexpr int64_t max_text_bytes = 1 << 20;  // of one compressed text chunk, inflated

[[noreturn]] void fail(const std::string& name, const std::string& why) { throw FileError(name + ": PNG: " + why); }

uint32_t big_endian_32(Bytes b, size_t at) {
  return uint32_t(b[at]) << 24 | uint32_t(b[at + 1]) << 16 | uint32_t(b[at + 2]) << 8 | uint32_t(b[at + 3]);
}

struct Chunk {
  std::string_view type;
  Bytes data;
  size_t end;  // offset behind its CRC
};

Chunk read_chunk(Bytes file, size_t at, const std::string& name) {
  if (file.size() - at < 12) fail(name, text("truncated: ends at byte ", file.size(), " without an IEND chunk"));
  const uint32_t length = big_endian_32(file, at);
  if (length > file.size() - at - 12)
    fail(name, text("truncated or damaged: the chunk at byte ", at, " claims ", length, " bytes, ",
                    file.size() - at - 12, " are left"));
  const Bytes covered = file.subspan(at + 4, size_t(length) + 4);
  if (crc32_z(0, covered.data(), covered.size()) != big_endian_32(file, at + 8 + length))
    fail(name, text("damaged: wrong CRC of the chunk at byte ", at, "; fetch the file again"));
  return {{reinterpret_cast<const char*>(covered.data()), 4}, covered.subspan(4), at + 12 + length};
}

int samples_per_pixel(int colour_type) {
  switch (colour_type) {
    case 0: case 3: return 1;
    case 2: return 3;
    case 4: return 2;
    case 6: return 4;
    default: return 0;
  }
}

bool depth_is_allowed(int colour_type, int depth) {
  if (depth == 8) return true;
  if (depth == 16) return colour_type != 3;
  return (depth == 1 || depth == 2 || depth == 4) && (colour_type == 0 || colour_type == 3);
}

PngHeader parse_header(const Chunk& chunk, const std::string& name, const ImageLimits& limits) {
  if (chunk.type == "CgBI")
    fail(name, "Apple's CgBI variant is not a PNG; convert it, e.g. with pngcrush -revert-iphone");
  if (chunk.type != "IHDR" || chunk.data.size() != 13) fail(name, "does not begin with an IHDR chunk of 13 bytes");
  const Bytes d = chunk.data;
  const PngHeader h{big_endian_32(d, 0), big_endian_32(d, 4), d[8], d[9], d[12] == 1};
  if (h.width < 1 || h.height < 1 || h.width > INT32_MAX || h.height > INT32_MAX)
    fail(name, text("a size of ", h.width, "x", h.height, " is outside the format"));
  if (samples_per_pixel(h.colour_type) == 0 || !depth_is_allowed(h.colour_type, h.bit_depth))
    fail(name, text("colour type ", h.colour_type, " with ", h.bit_depth, " bits is outside the format"));
  if (d[10] != 0 || d[11] != 0 || d[12] > 1) fail(name, "unknown compression, filter or interlace method");
  if (h.width > limits.max_pixels / h.height)
    fail(name, text(h.width, "x", h.height, " pixels are more than the limit of ", limits.max_pixels));
  return h;
}

// Bytes of the inflated pixel data: each row of each pass is a filter byte and its samples.
int64_t filtered_size(const PngHeader& h) {
  const int64_t bits = int64_t(samples_per_pixel(h.colour_type)) * h.bit_depth;
  const auto pass = [&](int64_t width, int64_t height) {
    return width == 0 ? 0 : height * (1 + (width * bits + 7) / 8);
  };
  if (!h.interlaced) return pass(h.width, h.height);
  constexpr int x0[] = {0, 4, 0, 2, 0, 1, 0}, y0[] = {0, 0, 4, 0, 2, 0, 1};
  constexpr int dx[] = {8, 8, 4, 4, 2, 2, 1}, dy[] = {8, 8, 8, 4, 4, 2, 2};
  int64_t total = 0;
  for (int p = 0; p < 7; ++p)
    total += pass((h.width - x0[p] + dx[p] - 1) / dx[p], (h.height - y0[p] + dy[p] - 1) / dy[p]);
  return total;
}

// Inflates into a small window and counts; memory does not depend on what the data claims to be.
class CountingInflater {
 public:
  explicit CountingInflater(int64_t limit) : limit_(limit) {
    if (inflateInit(&stream_) != Z_OK) throw FileError("PNG: zlib cannot start: out of memory");
  }
  ~CountingInflater() { inflateEnd(&stream_); }
  CountingInflater(const CountingInflater&) = delete;
  CountingInflater& operator=(const CountingInflater&) = delete;

  // False as soon as the data is damaged or more than the limit; what follows the stream's end is ignored.
  bool feed(Bytes in) {
    stream_.next_in = const_cast<Bytef*>(in.data());  // zlib's old interface; it does not write there
    stream_.avail_in = static_cast<uInt>(in.size());  // a chunk has less than 2^31 bytes
    while (!ended_ && (stream_.avail_in > 0 || stream_.avail_out == 0)) {
      stream_.next_out = window_.data();
      stream_.avail_out = static_cast<uInt>(window_.size());
      const int status = inflate(&stream_, Z_NO_FLUSH);
      count_ += int64_t(window_.size()) - stream_.avail_out;
      if (status == Z_STREAM_END) ended_ = true;
      else if (status != Z_OK && status != Z_BUF_ERROR) return false;
      if (count_ > limit_) return false;
      if (status == Z_BUF_ERROR) break;
    }
    return true;
  }
  bool ended() const { return ended_; }
  int64_t count() const { return count_; }

 private:
  z_stream stream_{};
  std::array<uint8_t, 32768> window_;
  int64_t limit_, count_ = 0;
  bool ended_ = false;
};

// Text is never used here, but a file made to burst its reader is not a picture to train on.
void check_text(const Chunk& chunk, const std::string& name) {
  const auto* begin = chunk.data.data();
  const auto* end = begin + chunk.data.size();
  const auto after_null = [&](const uint8_t* p) {
    const void* null = p < end ? std::memchr(p, 0, size_t(end - p)) : nullptr;
    return null ? static_cast<const uint8_t*>(null) + 1 : end;
  };
  const uint8_t* p = after_null(begin);  // behind the keyword
  if (chunk.type == "iTXt") {
    if (end - p < 2 || p[0] != 1) return;  // not compressed
    p = after_null(after_null(p + 2));     // language, translated keyword
  } else if (p < end) {
    ++p;  // compression method
  }
  const auto inflater = std::make_unique<CountingInflater>(max_text_bytes);
  if (!inflater->feed({p, size_t(end - p)}) && inflater->count() > max_text_bytes)
    fail(name, text("a text chunk inflates to more than ", max_text_bytes, " bytes; the file is hostile or damaged"));
}

bool is_known_critical(std::string_view type) {
  return type == "IHDR" || type == "PLTE" || type == "IDAT" || type == "IEND";
}

}  // namespace

PngHeader read_png_header(Bytes file, const std::string& name, const ImageLimits& limits) {
  return parse_header(read_chunk(file, signature_size, name), name, limits);
}

PngHeader check_png(Bytes file, const std::string& name, const ImageLimits& limits) {
  Chunk chunk = read_chunk(file, signature_size, name);
  const PngHeader header = parse_header(chunk, name, limits);
  const int64_t expected = filtered_size(header);
  const auto pixels = std::make_unique<CountingInflater>(expected);
  bool palette = false, data = false, data_over = false;
  while (chunk.type != "IEND") {
    chunk = read_chunk(file, chunk.end, name);
    const bool critical = (chunk.type[0] & 0x20) == 0;
    if (chunk.type == "IHDR") fail(name, "two IHDR chunks");
    if (critical && !is_known_critical(chunk.type)) fail(name, text("unknown critical chunk '", chunk.type, "'"));
    if (chunk.type == "PLTE") {
      if (palette || data || chunk.data.size() % 3 != 0 || chunk.data.empty() || chunk.data.size() > 768)
        fail(name, "a palette of a wrong size or at a wrong place");
      palette = true;
    }
    if (chunk.type == "zTXt" || chunk.type == "iTXt") check_text(chunk, name);
    if (chunk.type != "IDAT") {
      data_over = data;
      continue;
    }
    if (data_over) fail(name, "IDAT chunks are not consecutive");
    if (header.colour_type == 3 && !palette) fail(name, "a palette image without a palette before its data");
    data = true;
    if (!pixels->feed(chunk.data))
      fail(name, "damaged: the pixel data cannot be inflated, or is more than the header says");
  }
  if (pixels->count() < expected || !pixels->ended())
    fail(name, text("incomplete: ", pixels->count(), " of ", expected, " bytes of pixel data"));
  return header;
}

namespace {

void append_big_endian(std::vector<uint8_t>& out, uint32_t v) {
  for (int shift = 24; shift >= 0; shift -= 8) out.push_back(uint8_t(v >> shift));
}

void append_chunk(std::vector<uint8_t>& out, std::string_view type, Bytes data) {
  append_big_endian(out, static_cast<uint32_t>(data.size()));
  const size_t start = out.size();
  out.insert(out.end(), type.begin(), type.end());
  out.insert(out.end(), data.begin(), data.end());
  append_big_endian(out, static_cast<uint32_t>(crc32_z(0, out.data() + start, out.size() - start)));
}

// Rows as differences from the sample to the left and above (filter 4, Paeth): small numbers compress well.
std::vector<uint8_t> filter_rows(const Image& image, size_t pixel) {
  const size_t row = pixel * size_t(image.width);
  std::vector<uint8_t> samples = image.bytes, out;
  if (image.bits == 16 && std::endian::native == std::endian::little)
    for (size_t i = 0; i + 1 < samples.size(); i += 2) std::swap(samples[i], samples[i + 1]);
  out.reserve((row + 1) * size_t(image.height));
  for (size_t y = 0; y < size_t(image.height); ++y) {
    out.push_back(4);
    for (size_t x = 0; x < row; ++x) {
      const size_t i = y * row + x;
      const int a = x >= pixel ? samples[i - pixel] : 0, b = y ? samples[i - row] : 0;
      const int c = x >= pixel && y ? samples[i - row - pixel] : 0;
      const int pa = std::abs(b - c), pb = std::abs(a - c), pc = std::abs(a + b - 2 * c);
      const int guess = pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
      out.push_back(uint8_t(samples[i] - guess));
    }
  }
  return out;
}

}  // namespace

std::vector<uint8_t> encode_png(const Image& image) {
  const int64_t sample = image.bits / 8;
  const bool fields = (image.channels == 1 || image.channels == 3) && (image.bits == 8 || image.bits == 16) &&
                      image.width > 0 && image.height > 0 && image.width < (1 << 24) && image.height < (1 << 24);
  if (!fields || int64_t(image.bytes.size()) != image.channels * image.height * image.width * sample)
    throw ValueError(text("write_png: expected 1 or 3 channels of 8 or 16 bits and C*H*W samples, got ", image.channels,
                          "x", image.height, "x", image.width, " of ", image.bits, " bits in ", image.bytes.size(),
                          " bytes"));
  const std::vector<uint8_t> rows = filter_rows(image, size_t(image.channels * sample));
  uLongf size = compressBound(static_cast<uLong>(rows.size()));
  std::vector<uint8_t> data(size);
  if (compress2(data.data(), &size, rows.data(), static_cast<uLong>(rows.size()), 6) != Z_OK)
    throw FileError("write_png: zlib cannot compress: out of memory");
  data.resize(size);
  if (data.size() > INT32_MAX) throw ValueError("write_png: the picture is too large for one chunk of a PNG");
  std::vector<uint8_t> out = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'}, header;
  append_big_endian(header, static_cast<uint32_t>(image.width));
  append_big_endian(header, static_cast<uint32_t>(image.height));
  header.insert(header.end(), {uint8_t(image.bits), uint8_t(image.channels == 3 ? 2 : 0), 0, 0, 0});
  append_chunk(out, "IHDR", header);
  append_chunk(out, "IDAT", data);
  append_chunk(out, "IEND", {});
  return out;
}

}  // namespace skew
