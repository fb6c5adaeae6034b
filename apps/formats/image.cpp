// Which format, then its decoder.
#include "apps/formats/image.h"

#include <algorithm>
#include <climits>

#include "apps/formats/image_format.h"
#include "apps/formats/jpeg.h"
#include "apps/formats/png.h"
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

}  // namespace

Image decode_image(Bytes file, const std::string& name, const ImageLimits& limits) {
  const bool png = require_readable(file, name, limits) == "PNG";
  return png ? decode_png(file, name, limits) : decode_jpeg(file, name, limits);
}

Image read_image(const std::filesystem::path& path, const ImageLimits& limits) {
  return decode_image(read_file(path.string(), limits.max_file_bytes), path.string(), limits);
}

ImageInfo probe_image(Bytes file, const std::string& name, const ImageLimits& limits) {
  const bool png = require_readable(file, name, limits) == "PNG";
  return png ? read_png_header(file, name, limits) : read_jpeg_header(file, name, limits);
}

ImageInfo probe_image(const std::filesystem::path& path, const ImageLimits& limits) {
  return probe_image(read_file(path.string(), limits.max_file_bytes), path.string(), limits);
}

void write_png(const std::filesystem::path& path, const Image& image) {
  const std::vector<uint8_t> bytes = encode_png(image);
  write_file(path.string(), std::span<const uint8_t>(bytes));
}

}  // namespace skew
