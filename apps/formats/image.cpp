// Which format, then its decoder.
#include "apps/formats/image.h"

#include <algorithm>
#include <climits>
#include <string_view>

#include "apps/formats/codecs.h"
#include "core/error.h"
#include "core/file.h"

namespace skew {
namespace {

using Bytes = std::span<const uint8_t>;

}  // namespace

std::string image_format(Bytes file) {
  using namespace std::string_view_literals;
  struct Signature {
    size_t offset;
    std::string_view bytes, format;
  };
  static constexpr Signature signatures[] = {
      {128, "DICM"sv, "DICOM"},  // first: its preamble may imitate another format
      {0, "\x89PNG\r\n\x1a\n"sv, "PNG"},
      {0, "\xff\xd8\xff"sv, "JPEG"},
      {0, "GIF8"sv, "GIF"},
      {0, "BM"sv, "BMP"},
      {0, "II*\0"sv, "TIFF"},
      {0, "MM\0*"sv, "TIFF"},
      {8, "WEBP"sv, "WebP"},
      {0, "8BPS"sv, "PSD"},
      {0, "\x1f\x8b"sv, "gzip"},
      {0, "version https://git-lfs"sv, "Git LFS pointer"},
      {0, "\x08\0"sv, "DICOM"},
      {0, "\x02\0"sv, "DICOM"},
      {0, "\0\x08"sv, "DICOM"},
      {0, "\0\x02"sv, "DICOM"}};
  const std::string_view f(reinterpret_cast<const char*>(file.data()), file.size());
  for (const Signature& s : signatures)
    if (f.size() >= s.offset && f.substr(s.offset).starts_with(s.bytes)) return std::string(s.format);
  if (f.size() > 2 && f[0] == 'P' && f[1] >= '1' && f[1] <= '7' && (f[2] == '\n' || f[2] == ' ' || f[2] == '\r'))
    return "PNM";
  return f.substr(std::min(f.find_first_not_of(" \t\r\n"), f.size())).starts_with("<") ? "HTML" : "";
}

namespace {

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

void write_png(const std::filesystem::path& path, const Image& image) { write_file(path.string(), encode_png(image)); }

}  // namespace skew
