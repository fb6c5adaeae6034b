// Kinds of files by their first bytes, and that each is told what to do.
#include "apps/formats/foreign.h"

#include <catch2/catch.hpp>
#include <cstdint>

#include "apps/formats/image.h"
#include "core/error.h"
#include "tests/apps/data/scratch_folder.h"

using namespace skew;

namespace {

std::string refused_as(const std::string& bytes, const std::string& name) {
  return message_of<FileError>([&] {
    decode_image({reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()}, name);
  });
}
std::string after_blanks(size_t offset, const std::string& bytes) { return std::string(offset, ' ') + bytes; }

}  // namespace

TEST_CASE("each kind of file is told what to do") {
  struct Case {
    std::string bytes, name, words;
  };
  const std::string null(1, '\0');
  const Case cases[] = {
      {"GIF89a", "d/a.gif", "GIF: skew reads PNG and JPEG; `mogrify -format png 'd/a.gif[0]'`"},
      {"BM1234", "d/a b.bmp", "`mogrify -format png 'd/a b.bmp'`"},
      {"II*" + null, "-o'neil.tif", "`mogrify -format png './-o'\\''neil.tif[0]'`"},
      {"RIFF1234WEBPVP8 ", "a.png", "WebP: skew reads PNG and JPEG; `mogrify -format png a.png`"},
      {null + null + null + "\x1c" + "ftypheic", "a.heic", "HEIC"},
      {null + null + null + "\x1c" + "ftypavif", "a.avif", "AVIF"},
      {std::string(128, '\0') + "DICM", "d/1.dcm", "`dcmj2pnm --write-png +Wi 1 d/1.dcm d/1.png` (package dcmtk)"},
      {std::string(128, '\0') + "DICM", "d/1.png", "+Wi 1 d/1.png d/1-new.png`"},
      {"version https://git-lfs.github.com/spec/v1\n", "a.png",
       "was not fetched; in the folder of the repository: `git lfs pull`"},
      {"\xef\xbb\xbf \n<!DOCTYPE html>", "a.jpg", "HTML: a web page"},
      {"<?xml version='1.0'?>\n<svg>", "a.svg", "SVG: a drawing; `rsvg-convert a.svg -o a.png`"},
      {"PK\3\4", "d/a.zip", "zip: an archive, no image; unpack it: `unzip d/a.zip -d d/a`"},
      {"\x1f\x8b", "a.tar.gz", "gzip: compressed, no image"},
      {after_blanks(257, "ustar"), "a.tar", "`tar -xf a.tar`"},
      {"\x93NUMPY", "a.npy", "NumPy array"},
      {"\x89HDF\r\n\x1a\n", "a.h5", "HDF5"},
      {"%PDF-1.4", "a.pdf", "PDF: pages; `pdftoppm -png a.pdf a`"},
      {after_blanks(36, "acsp"), "a.icc", "a colour profile, no image"},
      {after_blanks(344, "n+1" + null), "a.nii", "NIfTI: a volume"},
      {null + null + null + "\1Bud1", ".DS_Store", ".DS_Store: how macOS shows a folder, no image; `rm .DS_Store`"},
      {"notes", "README.TXT", "text: no image"},
      {std::string(600, '\0'), "a.png", "nothing but zero bytes"},
      {"\x81\x02\x93", "a.png", "neither PNG nor JPEG"}};
  for (const Case& c : cases) {
    const std::string message = refused_as(c.bytes, c.name);
    CHECK_THAT(message, Catch::StartsWith(c.name + ": ") && Catch::Contains(c.words));
    CHECK(message.size() < 300);
    CHECK(message.find("magick in") == std::string::npos);
  }
  const std::string folder(80, 'd'), message = refused_as("GIF89a", "/" + folder + "/a b.gif");
  CHECK_THAT(message,
             Catch::Contains("`mogrify -format png 'a b.gif[0]'`") && Catch::EndsWith("(to be typed in its folder)"));
}
