// Orientation of pictures made here: each of the eight, in both byte orders, in both formats, and damaged.
#include "apps/formats/exif.h"

#include <zlib.h>

#include <catch2/catch.hpp>

#include "apps/formats/codecs.h"
#include "core/error.h"
#include "tests/apps/data/scratch_folder.h"

using namespace skew;

namespace {

using ExifBytes = std::vector<uint8_t>;

void append_number(ExifBytes& out, uint32_t value, int bytes, bool little) {
  for (int i = 0; i < bytes; ++i) out.push_back(uint8_t(value >> 8 * (little ? i : bytes - 1 - i)));
}

struct Tiff {
  int orientation = 6;
  bool little = true;
  uint32_t type = 3, directory = 8, entries = 2;
};
ExifBytes tiff_bytes(const Tiff& t) {
  ExifBytes out = t.little ? ExifBytes{'I', 'I', '*', 0} : ExifBytes{'M', 'M', 0, '*'};
  append_number(out, t.directory, 4, t.little);
  append_number(out, t.entries, 2, t.little);
  append_number(out, 0x100, 2, t.little);  // another tag first
  append_number(out, 4, 2, t.little);
  append_number(out, 1, 4, t.little);
  append_number(out, 3, 4, t.little);
  append_number(out, 0x112, 2, t.little);
  append_number(out, t.type, 2, t.little);
  append_number(out, 1, 4, t.little);
  append_number(out, uint32_t(t.orientation), t.type == 3 ? 2 : 4, t.little);
  if (t.type == 3) append_number(out, 0, 2, t.little);
  append_number(out, 0, 4, t.little);  // no next directory
  return out;
}

ExifBytes chunk_of(const std::string& name, const ExifBytes& data) {
  ExifBytes out;
  append_number(out, uint32_t(data.size()), 4, false);
  out.insert(out.end(), name.begin(), name.end());
  out.insert(out.end(), data.begin(), data.end());
  append_number(out, uint32_t(crc32(0, out.data() + 4, uInt(4 + data.size()))), 4, false);
  return out;
}

// "abc" over "def" as a PNG, with the EXIF data before or behind the pixel data.
ExifBytes letters(const ExifBytes& exif, bool behind = false) {
  ExifBytes file = encode_png({1, 2, 3, 8, {'a', 'b', 'c', 'd', 'e', 'f'}});
  const ExifBytes chunk = chunk_of("eXIf", exif);
  file.insert(behind ? file.end() - 12 : file.begin() + 33, chunk.begin(), chunk.end());
  return file;
}

std::string rows_of(const Image& image) {
  std::string out;
  for (int64_t y = 0; y < image.height; ++y)
    out += std::string(y ? "/" : "") +
           std::string(image.bytes.begin() + y * image.width, image.bytes.begin() + (y + 1) * image.width);
  return out;
}

// Segments up to a scan, with this many bytes of others before the EXIF data; no picture, which is not asked for.
ExifBytes jpeg_with(const ExifBytes& exif, size_t other_bytes = 0) {
  ExifBytes file = {0xff, 0xd8};
  for (size_t left = other_bytes; left > 0; left -= std::min<size_t>(left, 60000)) {
    const size_t part = std::min<size_t>(left, 60000);
    file.insert(file.end(), {0xff, 0xe2});
    append_number(file, uint32_t(part + 2), 2, false);
    file.insert(file.end(), part, 7);
  }
  file.insert(file.end(), {0xff, 0xff, 0xe1});  // a fill byte
  append_number(file, uint32_t(exif.size() + 8), 2, false);
  file.insert(file.end(), {'E', 'x', 'i', 'f', 0, 0});
  file.insert(file.end(), exif.begin(), exif.end());
  file.insert(file.end(), {0xff, 0xda, 0, 2});
  return file;
}

}  // namespace

TEST_CASE("a picture is turned the way up that EXIF asks for, and its probe says so") {
  const char* turned[] = {"abc/def", "cba/fed", "fed/cba", "def/abc", "ad/be/cf", "da/eb/fc", "fc/eb/da", "cf/be/ad"};
  for (int orientation = 1; orientation <= 8; ++orientation)
    for (const bool little : {false, true})
      for (const bool behind : {false, true}) {
        INFO(orientation << little << behind);
        const ExifBytes file = letters(tiff_bytes({.orientation = orientation, .little = little}), behind);
        CHECK(rows_of(decode_image(file, "a.png")) == turned[orientation - 1]);
        CHECK(rows_of(decode_image(file, "a.png", {}, Exif::ignore)) == "abc/def");
        const ImageInfo info = probe_image(file, "a.png"), stored = probe_image(file, "a.png", {}, Exif::ignore);
        CHECK(info.height == (orientation >= 5 ? 3 : 2));
        CHECK(info.width == (orientation >= 5 ? 2 : 3));
        CHECK(info.orientation == orientation);
        CHECK(stored.height == 2);
        CHECK(stored.orientation == 1);
        CHECK(exif_orientation(jpeg_with(tiff_bytes({.orientation = orientation, .little = little}))) == orientation);
      }
  const Image wide = upright(Image{3, 1, 2, 16, {1, 2, 3, 4, 5, 6, 11, 12, 13, 14, 15, 16}}, 8);
  CHECK(wide.height == 2);
  CHECK(wide.bytes == ExifBytes{11, 12, 13, 14, 15, 16, 1, 2, 3, 4, 5, 6});
}

TEST_CASE("damaged EXIF data are none: the picture is as stored") {
  for (const Tiff& t : {Tiff{.orientation = 0}, Tiff{.orientation = 9}, Tiff{.type = 2}, Tiff{.directory = 0xffffffff},
                        Tiff{.directory = 400}, Tiff{.entries = 0}, Tiff{.entries = 1}}) {
    CHECK(exif_orientation(jpeg_with(tiff_bytes(t))) == 1);
    CHECK(rows_of(decode_image(letters(tiff_bytes(t)), "a.png")) == "abc/def");
  }
  CHECK(exif_orientation(jpeg_with(tiff_bytes({.type = 4}))) == 6);
  CHECK(exif_orientation(jpeg_with(tiff_bytes({.entries = 0xffff}))) == 6);
  const ExifBytes whole = tiff_bytes({}), jpeg = jpeg_with(whole);
  for (size_t size = 0; size < whole.size(); ++size) {
    const ExifBytes part(whole.begin(), whole.begin() + ptrdiff_t(size));
    CHECK(exif_orientation(jpeg_with(part)) == (size >= 34 ? 6 : 1));
    CHECK_NOTHROW(decode_image(letters(part), "a.png"));
  }
  for (size_t size = 0; size < jpeg.size(); ++size) CHECK_NOTHROW(exif_orientation(std::span(jpeg).subspan(0, size)));
  ExifBytes prefixed = {'E', 'x', 'i', 'f', 0, 0};
  prefixed.insert(prefixed.end(), whole.begin(), whole.end());
  CHECK(rows_of(decode_image(letters(prefixed), "a.png")) == "da/eb/fc");
}

TEST_CASE("a probe of a file reads its header, however long, and finds the orientation at its end") {
  const ScratchFolder folder;
  const auto path = (folder.path() / "a").string();
  write_file(path, jpeg_with(tiff_bytes({}), 300000));
  CHECK(exif_orientation(InputFile(path)) == 6);
  Image noise{1, 500, 400, 8, {}};
  uint32_t state = 1;
  for (int64_t i = 0; i < 500 * 400; ++i) noise.bytes.push_back(uint8_t((state = state * 1664525 + 1013904223) >> 24));
  ExifBytes file = encode_png(noise);
  const ExifBytes exif = chunk_of("eXIf", tiff_bytes({.orientation = 8})),
                  text = chunk_of("tEXt", ExifBytes(200000, 'a'));
  file.insert(file.end() - 12, exif.begin(), exif.end());
  REQUIRE(file.size() > 150000);
  write_file(path, file);
  CHECK(probe_image(path).width == 500);
  CHECK(probe_image(path).height == 400);
  CHECK(read_image(path).width == 500);
  file.insert(file.begin() + 33, text.begin(), text.end());  // a header longer than what a probe reads at first
  write_file(path, file);
  CHECK(probe_image(path).width == 500);
  file.resize(200000);  // within the header
  write_file(path, file);
  CHECK_THROWS_WITH(probe_image(path), Catch::Contains("truncated") && Catch::Contains("200000"));
}
