// JPEGs that libjpeg writes here: CMYK, arithmetic coding, and scripts of scans that no camera makes.
#include <catch2/catch.hpp>
#include <cstdio>
#include <cstdlib>

#include <jpeglib.h>

#include "apps/formats/image.h"
#include "core/error.h"

using namespace skew;
using Buffer = std::vector<uint8_t>;

namespace {

constexpr int64_t side = 24;

struct Kind {
  J_COLOR_SPACE colour = JCS_RGB;
  bool arithmetic = false;
  std::vector<jpeg_scan_info> scans = {};
};

Buffer write_jpeg(const Buffer& pixels, const Kind& kind) {
  jpeg_compress_struct info{};
  jpeg_error_mgr errors{};
  info.err = jpeg_std_error(&errors);
  jpeg_create_compress(&info);
  unsigned char* bytes = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&info, &bytes, &size);
  info.image_width = info.image_height = JDIMENSION(side);
  info.input_components = int(pixels.size()) / int(side * side);
  info.in_color_space = kind.colour;
  jpeg_set_defaults(&info);
  jpeg_set_quality(&info, 100, TRUE);
  info.arith_code = kind.arithmetic;
  info.scan_info = kind.scans.empty() ? nullptr : kind.scans.data();
  info.num_scans = int(kind.scans.size());
  jpeg_start_compress(&info, TRUE);
  while (info.next_scanline < info.image_height) {
    auto* row = const_cast<uint8_t*>(&pixels[size_t(info.next_scanline * side) * size_t(info.input_components)]);
    jpeg_write_scanlines(&info, &row, 1);
  }
  jpeg_finish_compress(&info);
  const Buffer file(bytes, bytes + size);
  jpeg_destroy_compress(&info);
  std::free(bytes);
  return file;
}

Buffer noise(size_t channels) {
  Buffer out(channels * size_t(side * side));
  uint32_t state = 1;
  for (uint8_t& v : out) v = uint8_t((state = state * 1664525 + 1013904223) >> 24);
  return out;
}

jpeg_scan_info scan(int component, int first, int last, int high, int low) {
  return {1, {component}, first, last, high, low};
}

struct JpegSegment {
  size_t begin, end;
};
// Those of that marker before and between the scans.
std::vector<JpegSegment> jpeg_segments(const Buffer& file, uint8_t marker) {
  std::vector<JpegSegment> out;
  for (size_t i = 2; i + 3 < file.size(); ++i) {
    const bool begins = file[i] == 0xff && file[i + 1] != 0 && file[i + 1] < 0xd0;
    const bool table = file[i] == 0xff && (file[i + 1] == 0xda || file[i + 1] == 0xdb || file[i + 1] == 0xe0);
    if (!begins && !table) continue;
    const size_t end = i + 2 + size_t(file[i + 2] << 8 | file[i + 3]);
    if (file[i + 1] == marker) out.push_back({i, end});
    i = end - 1;
  }
  return out;
}
Buffer without_segment(Buffer file, const JpegSegment& s) {
  file.erase(file.begin() + ptrdiff_t(s.begin), file.begin() + ptrdiff_t(s.end));
  return file;
}

}  // namespace

TEST_CASE("a scan by tables that the file has not defined is refused by name") {
  const Buffer pixels = noise(3);
  const std::vector<jpeg_scan_info> one_by_one = {scan(0, 0, 63, 0, 0), scan(1, 0, 63, 0, 0), scan(2, 0, 63, 0, 0)};
  const std::vector<jpeg_scan_info> progressive = {scan(0, 0, 0, 0, 0),  scan(1, 0, 0, 0, 0),  scan(2, 0, 0, 0, 0),
                                                   scan(0, 1, 63, 0, 0), scan(1, 1, 63, 0, 0), scan(2, 1, 63, 0, 0)};
  for (const Kind& kind : {Kind{}, Kind{.scans = one_by_one}, Kind{.scans = progressive}}) {
    const Buffer file = write_jpeg(pixels, kind);
    CHECK_NOTHROW(decode_image(file, "whole.jpg"));
    const std::vector<JpegSegment> huffman = jpeg_segments(file, 0xc4), quantisation = jpeg_segments(file, 0xdb);
    REQUIRE(huffman.size() >= 2);
    REQUIRE(quantisation.size() >= 2);
    Buffer none = file;
    for (auto s = huffman.rbegin(); s != huffman.rend(); ++s) none = without_segment(none, *s);
    CHECK_THROWS_WITH(decode_image(none, "none.jpg"), Catch::Contains("none.jpg: JPEG") &&
                                                          Catch::Contains("Huffman table") &&
                                                          Catch::Contains("was not defined"));
    for (const JpegSegment& s : quantisation)
      CHECK_THROWS_WITH(decode_image(without_segment(file, s), "q.jpg"), Catch::Contains("Quantization table"));
    if (!kind.scans.empty()) continue;  // later scans may define the same table anew, and no reader can tell
    for (const JpegSegment& s : huffman)
      CHECK_THROWS_WITH(decode_image(without_segment(file, s), "h.jpg"), Catch::Contains("Huffman table"));
  }
  // one component a scan: the tables of the second come after the first, or never
  const Buffer late = write_jpeg(pixels, {.scans = one_by_one});
  const std::vector<JpegSegment> scans = jpeg_segments(late, 0xda), tables = jpeg_segments(late, 0xc4);
  REQUIRE(scans.size() == 3);
  Buffer lost = late;
  for (auto s = tables.rbegin(); s != tables.rend(); ++s)
    if (s->begin > scans[0].begin) lost = without_segment(lost, *s);
  const JpegSegment second = jpeg_segments(lost, 0xda)[1];
  lost[second.begin + 6] = 0x11;  // its tables are number 1, which only the standard defines
  CHECK_THROWS_WITH(decode_image(lost, "lost.jpg"), Catch::Contains("Huffman table") && Catch::Contains("not defined"));
  Buffer component = late;
  component[scans[0].begin + 5] = 9;
  CHECK_THROWS_WITH(decode_image(component, "c.jpg"), Catch::Contains("component"));
}

TEST_CASE("CMYK becomes RGB as Pillow makes it") {
  Buffer pixels;  // one colour, inverted as Adobe writes it: quality 100 keeps it as it is
  for (int64_t i = 0; i < side * side; ++i) pixels.insert(pixels.end(), {200, 100, 50, 128});
  const Image image = decode_image(write_jpeg(pixels, {.colour = JCS_CMYK}), "cmyk.jpg");
  REQUIRE(image.channels == 3);
  for (size_t i = 0; i < image.bytes.size(); i += 3)
    REQUIRE((image.bytes[i] == 100 && image.bytes[i + 1] == 50 && image.bytes[i + 2] == 25));
  CHECK(probe_image(write_jpeg(noise(4), {.colour = JCS_CMYK}), "cmyk.jpg").channels == 3);
}

TEST_CASE("arithmetic coding and scans of every size give the pixels of the plain file") {
  const Buffer pixels = noise(3);
  const Image plain = decode_image(write_jpeg(pixels, {}), "plain.jpg");
  CHECK(decode_image(write_jpeg(pixels, {.arithmetic = true}), "arithmetic.jpg").bytes == plain.bytes);
  std::vector<jpeg_scan_info> scans;
  for (int c = 0; c < 3; ++c) scans.push_back(scan(c, 0, 0, 0, 1));
  for (int c = 0; c < 3; ++c) scans.push_back(scan(c, 0, 0, 1, 0));
  for (int c = 0; c < 3; ++c)
    for (int k = 1; k < 64; k += 3) scans.push_back(scan(c, k, k + 2, 0, 0));
  CHECK(decode_image(write_jpeg(pixels, {.scans = scans}), "progressive.jpg").bytes == plain.bytes);
}

TEST_CASE("scans that are missing or too many are refused") {
  const Buffer pixels = noise(3);
  std::vector<jpeg_scan_info> coarse, many;
  for (int c = 0; c < 3; ++c) coarse.push_back(scan(c, 0, 0, 0, 1));  // one bit never comes
  CHECK_THROWS_WITH(decode_image(write_jpeg(pixels, {.scans = coarse}), "coarse.jpg"),
                    Catch::Contains("scans are missing at the end"));
  for (int c = 0; c < 3; ++c)
    for (int k = 0; k < 64; ++k) many.push_back(scan(c, k, k, 0, 0));
  CHECK_THROWS_WITH(decode_image(write_jpeg(pixels, {.scans = many}), "many.jpg"), Catch::Contains("100 scans"));
  Buffer two = write_jpeg(pixels, {.scans = {scan(0, 0, 63, 0, 0), scan(1, 0, 63, 0, 0), scan(2, 0, 63, 0, 0)}});
  CHECK_NOTHROW(decode_image(two, "three.jpg"));
  size_t last = two.size() - 2;
  while (two[last] != 0xff || two[last + 1] != 0xda) --last;  // its last scan: without it a component is grey
  two.resize(last);
  two.insert(two.end(), {0xff, 0xd9});
  CHECK_THROWS_WITH(decode_image(two, "two.jpg"), Catch::Contains("scans are missing at the end"));
}

TEST_CASE("JPEG kinds that are not read are named, with a way out") {
  Buffer file = write_jpeg(noise(3), {});
  for (size_t i = 2; i + 9 < file.size(); i += 2 + size_t(file[i + 2] << 8 | file[i + 3]))
    if (file[i + 1] == 0xc0) {
      file[i + 1] = 0xc3;  // lossless
      CHECK_THROWS_WITH(decode_image(file, "a.jpg"), Catch::Contains("not read by skew") && Catch::Contains("convert"));
      file[i + 1] = 0xc0;
      file[i + 4] = 12;  // bits
      CHECK_THROWS_WITH(decode_image(file, "a.jpg"), Catch::Contains("not read by skew") && Catch::Contains("12"));
      break;
    }
}
