// Which format, then its decoder, then the right way up.
#include "apps/formats/image.h"

#include <algorithm>
#include <climits>

#include "apps/formats/codecs.h"
#include "apps/formats/exif.h"
#include "apps/formats/foreign.h"
#include "core/error.h"
#include "core/file.h"

namespace skew {
namespace {

using Bytes = std::span<const uint8_t>;

constexpr int64_t header_bytes = 128 << 10;  // of a file that is probed: most headers fit, with a thumbnail too

// Whether it is a PNG; otherwise a JPEG.
bool require_readable(Bytes file, const std::string& name, const ImageLimits& limits) {
  if (file.empty()) throw FileError(name + ": the file is empty; fetch it again");
  const int64_t most = std::min<int64_t>(limits.max_file_bytes, INT_MAX);
  if (int64_t(file.size()) > most)
    throw FileError(text(name, ": ", file.size(), " bytes, more than the limit of ", most));
  const std::string kind = file_kind(file);
  if (kind != "PNG" && kind != "JPEG") throw FileError(text(name, ": ", advice_for(kind, name)));
  return kind == "PNG";
}

ImageInfo read_header(Bytes file, const std::string& name, const ImageLimits& limits, int64_t file_bytes) {
  const bool png = require_readable(file, name, limits);
  return png ? read_png_header(file, name, limits, file_bytes) : read_jpeg_header(file, name, limits, file_bytes);
}

}  // namespace

Image decode_image(Bytes file, const std::string& name, const ImageLimits& limits, Exif exif) {
  const bool png = require_readable(file, name, limits);
  Image image = png ? decode_png(file, name, limits) : decode_jpeg(file, name, limits);
  return exif == Exif::apply ? upright(std::move(image), exif_orientation(file)) : image;
}

Image read_image(const std::filesystem::path& path, const ImageLimits& limits, Exif exif) {
  return decode_image(read_file(path.string(), limits.max_file_bytes), path.string(), limits, exif);
}

ImageInfo probe_image(Bytes file, const std::string& name, const ImageLimits& limits, Exif exif) {
  const ImageInfo info = read_header(file, name, limits, int64_t(file.size()));
  return exif == Exif::apply ? upright(info, exif_orientation(file)) : info;
}

ImageInfo probe_image(const std::filesystem::path& path, const ImageLimits& limits, Exif exif) {
  const InputFile file(path.string());
  if (file.size() > header_bytes && file.size() <= limits.max_file_bytes) try {
      std::vector<uint8_t> head(size_t{header_bytes});
      file.read(0, head);
      const ImageInfo info = read_header(head, path.string(), limits, file.size());
      return exif == Exif::apply ? upright(info, exif_orientation(file)) : info;
    } catch (const FileError&) {  // the whole file says what is wrong, or has a longer header
    }
  return probe_image(read_file(path.string(), limits.max_file_bytes), path.string(), limits, exif);
}

void write_png(const std::filesystem::path& path, const Image& image) { write_file(path.string(), encode_png(image)); }

}  // namespace skew
