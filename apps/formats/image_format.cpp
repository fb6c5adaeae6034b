// First bytes of what people hand in for pictures; what has none at a fixed place (text, DICOM without preamble) is
// last.
#include "apps/formats/image_format.h"

#include <algorithm>
#include <string_view>

namespace skew {

std::string image_format(std::span<const uint8_t> file) {
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

}  // namespace skew
