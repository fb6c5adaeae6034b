// Which format, the guards for it, then the decoder.
#include "apps/formats/image.h"

#include <algorithm>
#include <climits>

#include "apps/formats/image_format.h"
#include "apps/formats/jpeg.h"
#include "apps/formats/png.h"
#include "apps/formats/stb_decoder.h"
#include "core/error.h"
#include "core/file.h"

namespace skew {
namespace {

using Bytes = std::span<const uint8_t>;

std::string require_readable(Bytes file, const std::string& name, const ImageLimits& limits) {
  if (file.empty()) throw FileError(name + ": the file is empty; fetch it again");
  const int64_t most = std::min<int64_t>(limits.max_file_bytes, INT_MAX);
  if (int64_t(file.size()) > most)
    throw FileError(text(name, ": ", file.size(), " bytes, more than the limit of ", most));
  std::string format = image_format(file);
  if (format == "PNG" || format == "JPEG") return format;
  if (format.empty()) throw FileError(name + ": neither PNG nor JPEG, nor any format known by its first bytes");
  throw FileError(text(name, ": ", format, ": skew reads PNG and JPEG; convert it, e.g. `magick in out.png`"));
}

ImageInfo read_header(Bytes file, const std::string& format, const std::string& name, const ImageLimits& limits) {
  if (format == "PNG") {
    const PngHeader h = read_png_header(file, name, limits);
    return {h.colour_type == 0 || h.colour_type == 4 ? 1 : 3, h.height, h.width, h.bit_depth == 16 ? 16 : 8, format};
  }
  const JpegHeader h = read_jpeg_header(file, name, limits);
  return {h.components, h.height, h.width, 8, format};
}

}  // namespace

Image decode_image(Bytes file, const std::string& name, const ImageLimits& limits) {
  const std::string format = require_readable(file, name, limits);
  const ImageInfo info = read_header(file, format, name, limits);
  Image image{info.channels, info.height, info.width, info.bits, {}};
  if (format == "PNG") {
    check_png(file, name, limits);
    image.bytes = decode_png_samples(file, info, name);
  } else {
    image.bytes = decode_jpeg_samples(file, check_jpeg(file, name, limits), name);
  }
  return image;
}

Image read_image(const std::filesystem::path& path, const ImageLimits& limits) {
  return decode_image(read_file(path.string(), limits.max_file_bytes), path.string(), limits);
}

ImageInfo probe_image(Bytes file, const std::string& name, const ImageLimits& limits) {
  return read_header(file, require_readable(file, name, limits), name, limits);
}

ImageInfo probe_image(const std::filesystem::path& path, const ImageLimits& limits) {
  return probe_image(read_file(path.string(), limits.max_file_bytes), path.string(), limits);
}

void write_png(const std::filesystem::path& path, const Image& image) {
  const std::vector<uint8_t> bytes = encode_png(image);
  write_file(path.string(), std::span<const uint8_t>(bytes));
}

}  // namespace skew
