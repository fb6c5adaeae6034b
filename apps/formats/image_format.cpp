// A table of signatures; the two formats without one at a fixed place (DICOM without its preamble, text) come last.
#include "apps/formats/image_format.h"

#include <algorithm>
#include <string_view>

namespace skew {
namespace {

using namespace std::string_view_literals;

struct Signature {
  size_t offset;
  std::string_view bytes, format;
};

constexpr Signature signatures[] = {
    {128, "DICM"sv, "DICOM"},  // first: its preamble may imitate another format
    {0, "\x89PNG\r\n\x1a\n"sv, "PNG"},
    {0, "\xff\xd8\xff"sv, "JPEG"},
    {0, "GIF87a"sv, "GIF"},
    {0, "GIF89a"sv, "GIF"},
    {0, "BM"sv, "BMP"},
    {0, "II*\0"sv, "TIFF"},
    {0, "MM\0*"sv, "TIFF"},
    {0, "II+\0"sv, "BigTIFF"},
    {0, "MM\0+"sv, "BigTIFF"},
    {8, "WEBP"sv, "WebP"},
    {0, "8BPS"sv, "PSD"},
    {0, "\0\0\0\x0cjP  "sv, "JPEG 2000"},
    {0, "\xff\x4f\xff\x51"sv, "JPEG 2000"},
    {0, "\0\0\0\x0cJXL "sv, "JPEG XL"},
    {0, "\xff\x0a"sv, "JPEG XL"},
    {4, "ftypavi"sv, "AVIF"},
    {4, "ftyphei"sv, "HEIC"},
    {4, "ftypmif"sv, "HEIF"},
    {0, "\0\0\1\0"sv, "ICO"},
    {0, "DDS "sv, "DDS"},
    {0, "icns"sv, "ICNS"},
    {0, "\x76\x2f\x31\x01"sv, "OpenEXR"},
    {0, "#?RADIANCE"sv, "Radiance HDR"},
    {0, "qoif"sv, "QOI"},
    {0, "gimp xcf"sv, "XCF"},
    {0, "%PDF"sv, "PDF"},
    {0, "%!PS"sv, "PostScript"},
    {0, "\xc5\xd0\xd3\xc6"sv, "PostScript"},
    {0, "\x0a\x05\x01\x08"sv, "PCX"},
    {0, "\x01\xda"sv, "SGI image"},
    {0, "\x1f\x8b"sv, "gzip"},
    {0, "PK\x03\x04"sv, "zip archive"},
    {0, "\x93NUMPY"sv, "NumPy array"},
    {0, "\x89HDF\r\n\x1a\n"sv, "HDF5"},
    {344, "n+1\0"sv, "NIfTI"},
    {344, "ni1\0"sv, "NIfTI"},
    {36, "acsp"sv, "ICC profile"},
    {0, "\0\0\0\1Bud1"sv, ".DS_Store"},
    {0, "version https://git-lfs"sv, "Git LFS pointer"},
};

bool looks_like_bare_dicom(std::string_view f) {  // a first tag in group 0002 or 0008, either byte order
  if (f.size() < 8) return false;
  const std::string_view group = f.substr(0, 2);
  return group == "\x08\0"sv || group == "\x02\0"sv || group == "\0\x08"sv || group == "\0\x02"sv;
}

}  // namespace

std::string image_format(std::span<const uint8_t> file) {
  const std::string_view f(reinterpret_cast<const char*>(file.data()), file.size());
  for (const Signature& s : signatures)
    if (f.size() >= s.offset + s.bytes.size() && f.substr(s.offset, s.bytes.size()) == s.bytes)
      return std::string(s.format);
  if (f.size() > 2 && f[0] == 'P' && f[1] >= '1' && f[1] <= '7' && (f[2] == '\n' || f[2] == ' ' || f[2] == '\r'))
    return "PNM";
  const size_t start = std::min(f.find_first_not_of(" \t\r\n"), f.size());
  if (f.substr(start, 4) == "<svg" || f.substr(start, 5) == "<?xml") return "SVG or XML";
  if (f.substr(start, 1) == "<") return "HTML";
  if (looks_like_bare_dicom(f)) return "DICOM";
  return "";
}

}  // namespace skew
