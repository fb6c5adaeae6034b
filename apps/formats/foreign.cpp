// One table of signatures, and one of advice.
#include "apps/formats/foreign.h"

#include <algorithm>
#include <filesystem>
#include <string_view>

#include "apps/formats/words.h"
#include "core/error.h"

namespace skew {
namespace {

using namespace std::string_view_literals;

struct Signature {
  size_t offset;
  std::string_view bytes, kind;
};
constexpr Signature signatures[] = {{128, "DICM"sv, "DICOM"},  // first: its preamble may imitate another format
                                    {0, "\x89PNG\r\n\x1a\n"sv, "PNG"},
                                    {0, "\xff\xd8\xff"sv, "JPEG"},
                                    {0, "GIF8"sv, "GIF"},
                                    {0, "BM"sv, "BMP"},
                                    {0, "II*\0"sv, "TIFF"},
                                    {0, "MM\0*"sv, "TIFF"},
                                    {0, "II+\0"sv, "TIFF"},
                                    {0, "MM\0+"sv, "TIFF"},
                                    {8, "WEBP"sv, "WebP"},
                                    {0, "8BPS"sv, "PSD"},
                                    {0, "\0\0\1\0"sv, "ICO"},
                                    {0, "\0\0\0\x0cjP  \r\n"sv, "JPEG 2000"},
                                    {0, "\xff\x4f\xff\x51"sv, "JPEG 2000"},
                                    {0, "\0\0\0\x0cJXL "sv, "JPEG XL"},
                                    {0, "\xff\x0a"sv, "JPEG XL"},
                                    {4, "ftypavi"sv, "AVIF"},
                                    {4, "ftyphei"sv, "HEIC"},
                                    {4, "ftyphev"sv, "HEIC"},
                                    {4, "ftypmif1"sv, "HEIC"},
                                    {4, "ftypmsf1"sv, "HEIC"},
                                    {4, "ftyp"sv, "MP4 video"},
                                    {8, "AVI LIST"sv, "AVI video"},
                                    {0, "\x1a\x45\xdf\xa3"sv, "Matroska video"},
                                    {0, "%PDF-"sv, "PDF"},
                                    {0, "PK\3\4"sv, "zip"},
                                    {0, "PK\5\6"sv, "zip"},
                                    {0, "\x1f\x8b"sv, "gzip"},
                                    {0, "BZh"sv, "bzip2"},
                                    {0,
                                     "\xfd"
                                     "7zXZ"sv,
                                     "xz"},
                                    {0, "\x28\xb5\x2f\xfd"sv, "zstd"},
                                    {0, "7z\xbc\xaf\x27\x1c"sv, "7z"},
                                    {0, "Rar!"sv, "RAR"},
                                    {257, "ustar"sv, "tar"},
                                    {0, "\x93NUMPY"sv, "NumPy array"},
                                    {0, "\x89HDF\r\n\x1a\n"sv, "HDF5"},
                                    {0, "MATLAB 5"sv, "MATLAB file"},
                                    {0, "SQLite format 3"sv, "SQLite database"},
                                    {344, "n+1\0"sv, "NIfTI"},
                                    {344, "ni1\0"sv, "NIfTI"},
                                    {0, "NRRD0"sv, "NRRD"},
                                    {36, "acsp"sv, "ICC colour profile"},
                                    {0, "\0\0\0\1Bud1"sv, ".DS_Store"},
                                    {0, "\0\5\x16\7"sv, "AppleDouble"},
                                    {0, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"sv, "Thumbs.db"},
                                    {0, "version https://git-lfs"sv, "Git LFS pointer"},
                                    {0, "\x08\0"sv, "DICOM"},
                                    {0, "\x02\0"sv, "DICOM"},
                                    {0, "\0\x08"sv, "DICOM"},
                                    {0, "\0\x02"sv, "DICOM"}};

// What has no bytes at a fixed place.
std::string kind_of_text(std::string_view file) {
  const auto byte_order_mark = file.starts_with("\xef\xbb\xbf") ? 3u : 0u;
  const size_t begin = file.find_first_not_of(" \t\r\n", byte_order_mark);
  const std::string start = begin == file.npos ? "" : lower_case(file.substr(begin, 512));
  if (start.starts_with("<")) {
    if (start.find("<svg") != start.npos) return "SVG";
    return start.starts_with("<?xml") ? "XML" : "HTML";
  }
  const std::string_view sample = file.substr(0, 512);
  if (std::ranges::all_of(sample, [](char c) { return c == '\0'; })) return "zeros";
  const bool printable = std::ranges::all_of(sample, [](char c) {
    return (c >= ' ' && c != '\x7f') || c == '\n' || c == '\r' || c == '\t' || static_cast<unsigned char>(c) >= 0x80;
  });
  const bool ascii = std::ranges::none_of(sample, [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
  return printable && ascii ? "text" : "";
}

// A file's name as an argument: one that begins with - would be an option.
std::string argument(const std::string& name) { return shell_word(name.starts_with("-") ? "./" + name : name); }

struct Advice {
  std::string_view kind, words;  // {file}, {first}: its first picture, {png}, {stem}: other names beside it, as words
};
constexpr Advice advices[] = {
    {"DICOM",
     "skew reads PNG and JPEG; `dcmj2pnm --write-png +Wi 1 {file} {png}` (package dcmtk) writes what its first window "
     "shows (+Wm where it has none); the window decides what can be seen"},
    {"GIF", "skew reads PNG and JPEG; `mogrify -format png {first}` (package imagemagick) writes its first picture"},
    {"TIFF", "skew reads PNG and JPEG; `mogrify -format png {first}` (package imagemagick) writes its first picture"},
    {"PSD", "skew reads PNG and JPEG; `mogrify -format png {first}` (package imagemagick) writes it as one picture"},
    {"JPEG XL", "skew reads PNG and JPEG; `djxl {file} {png}` (package libjxl-tools) writes a PNG"},
    {"SVG", "a drawing; `rsvg-convert {file} -o {png}` (package librsvg2-bin) writes a PNG"},
    {"PDF", "pages; `pdftoppm -png {file} {stem}` (package poppler-utils) writes each as PNG"},
    {"MP4 video", "a film; `ffmpeg -i {file} {stem}-%04d.png` writes its pictures"},
    {"AVI video", "a film; `ffmpeg -i {file} {stem}-%04d.png` writes its pictures"},
    {"Matroska video", "a film; `ffmpeg -i {file} {stem}-%04d.png` writes its pictures"},
    {"zip", "an archive, no image; unpack it: `unzip {file} -d {stem}`"},
    {"gzip", "compressed, no image; unpack it: `gunzip {file}`, or `tar -xzf {file}` where it is a .tar.gz"},
    {"bzip2", "compressed, no image; unpack it: `bunzip2 {file}`, or `tar -xjf {file}` where it is a .tar.bz2"},
    {"xz", "compressed, no image; unpack it: `unxz {file}`, or `tar -xJf {file}` where it is a .tar.xz"},
    {"zstd", "compressed, no image; unpack it: `unzstd {file}`"},
    {"7z", "an archive, no image; unpack it: `7z x {file}`"},
    {"RAR", "an archive, no image; unpack it: `unar {file}`"},
    {"tar", "an archive, no image; unpack it: `tar -xf {file}`"},
    {"NumPy array", "numbers, no image; in Python, for 8 bits: PIL.Image.fromarray(numpy.load(NAME)).save('NAME.png')"},
    {"HDF5", "a container of arrays, no image; write each picture in it as a PNG, e.g. with Python's h5py and Pillow"},
    {"MATLAB file", "arrays, no image; write each picture in it as a PNG with imwrite"},
    {"SQLite database", "no image; remove it"},
    {"NIfTI",
     "a volume; skew reads single pictures: choose slices and a window, and write them as PNG (nibabel, Pillow)"},
    {"NRRD",
     "a volume; skew reads single pictures: choose slices and a window, and write them as PNG (pynrrd, Pillow)"},
    {"ICC colour profile", "a colour profile, no image; remove it"},
    {".DS_Store", "how macOS shows a folder, no image; `rm {file}`"},
    {"AppleDouble", "what macOS keeps beside a file, no image; `rm {file}`"},
    {"Thumbs.db", "thumbnails or a document of Windows, no image; remove it"},
    {"Git LFS pointer", "the file itself was not fetched; in the folder of the repository: `git lfs pull`"},
    {"HTML", "a web page, such as an error or a log-in, saved under a picture's name; fetch the file again"},
    {"XML", "text, no image; remove it, or fetch the picture again"},
    {"text", "no image; remove it, or fetch the picture again"},
    {"zeros", "nothing but zero bytes, as a copy leaves that broke off; fetch the file again"},
    {"", "neither PNG nor JPEG, nor any format known by its first bytes; fetch the file again, or remove it"}};
constexpr std::string_view other_picture =
    "skew reads PNG and JPEG; `mogrify -format png {file}` (package imagemagick) "
    "writes a PNG";

constexpr size_t long_name = 60;  // a command would repeat it, up to twice

void replace_all(std::string& words, std::string_view from, const std::string& to) {
  for (size_t at = words.find(from); at != words.npos; at = words.find(from, at + to.size()))
    words.replace(at, from.size(), to);
}

}  // namespace

std::string file_kind(std::span<const uint8_t> file) {
  const std::string_view f(reinterpret_cast<const char*>(file.data()), file.size());
  for (const Signature& s : signatures)
    if (f.size() >= s.offset && f.substr(s.offset).starts_with(s.bytes)) return std::string(s.kind);
  if (f.size() > 2 && f[0] == 'P' && f[1] >= '1' && f[1] <= '7' && (f[2] == '\n' || f[2] == ' ' || f[2] == '\r'))
    return "PNM";
  return kind_of_text(f);
}

std::string advice_for(const std::string& kind, const std::string& name) {
  const auto found = std::ranges::find(advices, kind, &Advice::kind);
  std::string words(found == std::end(advices) ? other_picture : found->words);
  const bool far = name.size() > long_name && words.find("{") != words.npos;
  const std::filesystem::path file = far ? std::filesystem::path(name).filename() : std::filesystem::path(name);
  std::filesystem::path stem = file;
  stem.replace_extension();
  const std::string png = stem.string() + ".png";
  replace_all(words, "{file}", argument(file.string()));
  replace_all(words, "{first}", argument(file.string() + "[0]"));
  replace_all(words, "{png}", argument(png == file.string() ? stem.string() + "-new.png" : png));
  replace_all(words, "{stem}", argument(stem.string()));
  if (far) words += " (to be typed in its folder)";
  return kind.empty() ? words : text(kind, ": ", words);
}

}  // namespace skew
