// libpng is fed piece by piece (its "progressive" reader): it inflates row by row, so that memory follows the header,
// and stops at the first byte beyond the last row. Its other reader inflates whatever there is.
#include <png.h>
#include <zlib.h>
#include <algorithm>

#include <bit>
#include <cstdio>
#include <cstring>

#include "apps/formats/codecs.h"
#include "apps/formats/library_errors.h"
#include "core/error.h"

namespace skew {
namespace {

constexpr bool swap_bytes = std::endian::native == std::endian::little;  // PNG's 16 bits are big-endian
constexpr uLong max_text_bytes = 1 << 20;                                // of one compressed text, inflated

[[noreturn]] void leave(png_structp png, const char* why) {
  char words[160];
  std::snprintf(words, sizeof words, "damaged or truncated: %s; fetch the file again", why);
  static_cast<LibraryErrors*>(png_get_error_ptr(png))->leave(words);
}
void warn(png_structp png, const char* what) {  // more pixel data than the header says, or a wrong checksum at its end
  if (std::strstr(what, "compressed data in IDAT") != nullptr) leave(png, what);
}

// Text is never used here, but a file made to burst its reader is not a picture to train on.
bool is_text_bomb(const png_unknown_chunk& chunk) {
  const bool international = std::memcmp(chunk.name, "iTXt", 4) == 0;
  if (!international && std::memcmp(chunk.name, "zTXt", 4) != 0) return false;
  std::string_view data(reinterpret_cast<const char*>(chunk.data), chunk.size);
  const auto skip_word = [&] { data.remove_prefix(std::min(data.find('\0'), data.size() - 1) + 1); };
  if (data.empty()) return false;
  skip_word();  // the keyword; then whether it is compressed, the method, language, translated keyword
  if (data.size() < 3 || (international && data[0] == 0)) return false;
  data.remove_prefix(international ? 2 : 1);
  if (international) skip_word();
  if (international && !data.empty()) skip_word();
  std::vector<Bytef> text(max_text_bytes);
  uLongf size = max_text_bytes;
  return uncompress(text.data(), &size, reinterpret_cast<const Bytef*>(data.data()), uLong(data.size())) ==
             Z_BUF_ERROR &&
         size == max_text_bytes;
}
int check_chunk(png_structp png, png_unknown_chunkp chunk) {
  if (is_text_bomb(*chunk)) leave(png, "a text chunk inflates to more than 1 MiB");
  return 1;  // done with it
}

class PngFile {
 public:
  PngFile(std::span<const uint8_t> file, const std::string& name, const ImageLimits& limits, int64_t file_bytes)
      : file_(file), name_(name), limits_(limits), file_bytes_(file_bytes) {
    png_ = png_create_read_struct(PNG_LIBPNG_VER_STRING, &errors_, leave, warn);
    info_ = png_ ? png_create_info_struct(png_) : nullptr;
  }
  ~PngFile() { png_destroy_read_struct(&png_, &info_, nullptr); }
  PngFile(const PngFile&) = delete;
  PngFile& operator=(const PngFile&) = delete;

  ImageInfo read_header() {
    if (file_.size() >= 16 && std::memcmp(file_.data() + 12, "CgBI", 4) == 0)
      fail("Apple's CgBI variant is not a PNG; convert it, e.g. with pngcrush -revert-iphone");
    if (info_ == nullptr) fail("out of memory");
    feed([&] {
      png_set_progressive_read_fn(png_, this, on_info, on_row, on_end);
      png_set_crc_action(png_, PNG_CRC_ERROR_QUIT, PNG_CRC_ERROR_QUIT);
      png_set_benign_errors(png_, 0);                               // errors are errors
      png_set_user_limits(png_, PNG_UINT_31_MAX, PNG_UINT_31_MAX);  // max_pixels limits the area
      png_set_chunk_malloc_max(png_, 0);                            // a chunk has to be there before it is kept
      png_set_keep_unknown_chunks(png_, PNG_HANDLE_CHUNK_NEVER, nullptr, -1);  // of what is no pixel, only the CRC
      png_set_keep_unknown_chunks(png_, PNG_HANDLE_CHUNK_NEVER, reinterpret_cast<const png_byte*>("tRNS"), 1);
      png_set_read_user_chunk_fn(png_, nullptr, check_chunk);
    });
    const int64_t width = png_get_image_width(png_, info_), height = png_get_image_height(png_, info_);
    if (too_many_pixels()) fail(text(width, "x", height, " pixels are more than the limit of ", limits_.max_pixels));
    if (too_few_bytes())
      fail(text("truncated or hostile: ", width, "x", height, " pixels cannot come out of ", file_bytes_, " bytes"));
    if (header_.height == 0) fail(truncated());
    return header_;
  }

  Image decode() {
    const ImageInfo header = read_header();
    image_ = {header.channels, header.height, header.width, header.bits, {}};
    image_.bytes.resize(row_bytes_ * size_t(header.height));
    feed([] {});
    if (!ended_) fail(truncated());
    if (!complete_) fail("incomplete: pixel data are missing at the end");
    if (palette_) look_up();
    return std::move(image_);
  }

 private:
  [[noreturn]] void fail(const std::string& why) const { throw FileError(name_ + ": PNG: " + why); }
  std::string truncated() const {
    return text("truncated: ends at byte ", file_.size(), " without an IEND chunk; fetch the file again");
  }

  // Gives libpng the rest of the file; on_info pauses it.
  template <class Calls> void feed(Calls before) {
    const auto calls = [&] {
      before();
      png_process_data(png_, info_, const_cast<png_bytep>(file_.data()) + at_, file_.size() - at_);
    };
    if (!errors_.completes(calls)) fail(errors_.why());
  }
  static PngFile& of(png_structp png) { return *static_cast<PngFile*>(png_get_progressive_ptr(png)); }
  static void on_info(png_structp png, png_infop) { of(png).begin_pixels(); }
  static void on_row(png_structp png, png_bytep bytes, png_uint_32 row, int pass) {
    of(png).take_row(bytes, row, pass);
  }
  static void on_end(png_structp png, png_infop) { of(png).ended_ = true; }

  bool too_many_pixels() const {  // also of a file that ends behind its header
    const int64_t height = png_get_image_height(png_, info_);
    return height > 0 && png_get_image_width(png_, info_) > limits_.max_pixels / height;
  }
  bool too_few_bytes() const {  // 1032: deflate's largest ratio
    return int64_t(png_get_rowbytes(png_, info_)) * png_get_image_height(png_, info_) / 1032 > file_bytes_;
  }

  void begin_pixels() {  // inside libpng's frames: nothing here throws
    at_ = file_.size() - png_process_data_pause(png_, 0);
    if (too_many_pixels() || too_few_bytes()) return;
    const int64_t width = png_get_image_width(png_, info_), height = png_get_image_height(png_, info_);
    const int colour = png_get_color_type(png_, info_), bits = png_get_bit_depth(png_, info_) == 16 ? 16 : 8;
    const bool grey = colour == PNG_COLOR_TYPE_GRAY || colour == PNG_COLOR_TYPE_GRAY_ALPHA;
    header_ = {grey ? 1 : 3, height, width, bits, "PNG"};
    palette_ = colour == PNG_COLOR_TYPE_PALETTE;
    row_bytes_ = size_t((palette_ ? 1 : header_.channels) * width * bits / 8);
    png_set_strip_alpha(png_);
    png_set_packing(png_);
    if (grey && bits == 8) png_set_expand_gray_1_2_4_to_8(png_);
    if (swap_bytes) png_set_swap(png_);
    const bool interlaced = png_set_interlace_handling(png_) > 1;
    last_pass_ = 0;
    if (interlaced && width > 1) last_pass_ = 5;
    if (interlaced && height > 1) last_pass_ = 6;
    png_start_read_image(png_);
  }
  void take_row(png_bytep bytes, png_uint_32 row, int pass) {  // null where an interlaced pass has nothing for the row
    png_progressive_combine_row(png_, image_.bytes.data() + row * row_bytes_, bytes);
    complete_ = int64_t(row) + 1 == header_.height && pass >= last_pass_;
  }
  void look_up() {
    png_colorp colours = nullptr;
    int count = 0;
    png_get_PLTE(png_, info_, &colours, &count);
    std::vector<uint8_t> rgb(3 * image_.bytes.size());
    for (size_t i = 0; i < image_.bytes.size(); ++i) {
      const int index = image_.bytes[i];
      if (index >= count) fail(text("damaged: colour ", index, " of a palette of ", count));
      std::memcpy(&rgb[3 * i], &colours[index], 3);
    }
    image_.bytes = std::move(rgb);
  }

  std::span<const uint8_t> file_;
  const std::string& name_;
  ImageLimits limits_;
  int64_t file_bytes_;
  LibraryErrors errors_;
  png_structp png_ = nullptr;
  png_infop info_ = nullptr;
  size_t at_ = 0, row_bytes_ = 0;
  ImageInfo header_;
  Image image_;
  bool palette_ = false, complete_ = false, ended_ = false;
  int last_pass_ = 0;  // that holds pixels
};

void append(png_structp png, png_bytep bytes, size_t count) {
  bool done = false;
  try {
    auto& out = *static_cast<std::vector<uint8_t>*>(png_get_io_ptr(png));
    out.insert(out.end(), bytes, bytes + count);
    done = true;
  } catch (const std::exception&) {  // must not cross libpng's frames
  }
  if (!done) png_error(png, "out of memory");
}

void check_fields(const Image& image) {
  const bool fields = (image.channels == 1 || image.channels == 3) && (image.bits == 8 || image.bits == 16) &&
                      image.width > 0 && image.height > 0 && image.width < (1 << 24) && image.height < (1 << 24);
  if (!fields || int64_t(image.bytes.size()) != image.channels * image.height * image.width * image.bits / 8)
    throw ValueError(text("write_png: expected 1 or 3 channels of 8 or 16 bits and C*H*W samples, got ", image.channels,
                          "x", image.height, "x", image.width, " of ", image.bits, " bits in ", image.bytes.size(),
                          " bytes"));
}

}  // namespace

ImageInfo read_png_header(std::span<const uint8_t> file, const std::string& name, const ImageLimits& limits,
                          int64_t file_bytes) {
  return PngFile(file, name, limits, file_bytes).read_header();
}

Image decode_png(std::span<const uint8_t> file, const std::string& name, const ImageLimits& limits) {
  return PngFile(file, name, limits, int64_t(file.size())).decode();
}

std::vector<uint8_t> encode_png(const Image& image) {
  check_fields(image);
  LibraryErrors errors;
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &errors, leave, warn);
  png_infop info = png ? png_create_info_struct(png) : nullptr;
  const size_t row_bytes = size_t(image.channels * image.width * image.bits / 8);
  std::vector<uint8_t> out;
  const bool written = info && errors.completes([&] {
    png_set_write_fn(png, &out, append, nullptr);
    png_set_user_limits(png, 1 << 24, 1 << 24);
    png_set_filter(png, PNG_FILTER_TYPE_BASE, PNG_FILTER_PAETH);  // alone: one pass, and small for pictures
    png_set_IHDR(png, info, png_uint_32(image.width), png_uint_32(image.height), image.bits,
                 image.channels == 3 ? PNG_COLOR_TYPE_RGB : PNG_COLOR_TYPE_GRAY, PNG_INTERLACE_NONE,
                 PNG_COMPRESSION_TYPE_BASE, PNG_FILTER_TYPE_BASE);
    png_write_info(png, info);
    if (swap_bytes) png_set_swap(png);
    for (int64_t y = 0; y < image.height; ++y) png_write_row(png, image.bytes.data() + size_t(y) * row_bytes);
    png_write_end(png, info);
  });
  png_destroy_write_struct(&png, &info);
  if (!written) throw FileError(text("write_png: ", errors.why()));
  return out;
}

}  // namespace skew
