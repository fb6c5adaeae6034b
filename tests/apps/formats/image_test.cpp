// PNG and JPEG made here: what comes back, what damage does, what bombs cost.
#include "apps/formats/image.h"
#include "apps/formats/codecs.h"

#include <malloc.h>
#include <sys/resource.h>
#include <unistd.h>
#include <zlib.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "apps/formats/npz.h"
#include "core/error.h"
#include "core/file.h"
#define STB_IMAGE_WRITE_IMPLEMENTATION
#define STB_IMAGE_WRITE_STATIC
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function"
#include <stb/stb_image_write.h>
#pragma GCC diagnostic pop

using namespace skew;
using Buffer = std::vector<uint8_t>;
namespace fs = std::filesystem;

namespace {

Image picture(int64_t channels, int64_t height, int64_t width, int bits) {
  Image image{channels, height, width, bits, {}};
  uint32_t state = 1;
  for (int64_t i = 0; i < channels * height * width * bits / 8; ++i) {
    state = state * 1664525 + 1013904223;
    image.bytes.push_back(uint8_t(i * 3 + (state >> 29)));
  }
  return image;
}

void collect(void* out, void* data, int size) {
  const auto* p = static_cast<uint8_t*>(data);
  static_cast<Buffer*>(out)->insert(static_cast<Buffer*>(out)->end(), p, p + size);
}
Buffer stb_png(int channels, int height, int width) {
  const Image image = picture(channels, height, width, 8);
  Buffer out;
  stbi_write_png_to_func(collect, &out, width, height, channels, image.bytes.data(), width * channels);
  return out;
}
Buffer stb_jpeg(int channels, int height, int width, int quality) {
  const Image image = picture(channels, height, width, 8);
  Buffer out;
  stbi_write_jpg_to_func(collect, &out, width, height, channels, image.bytes.data(), quality);
  return out;
}

fs::path here(const char* name) { return fs::path(SKEW_SOURCE_DIR "/tests/apps/data") / name; }

struct Reference {  // a JPEG of jpeg_reference.npz, and libjpeg-turbo's pixels of it
  std::string name;
  Buffer file;
  NpyArray pixels;
};
std::vector<Reference> references() {
  std::vector<Reference> all;
  const std::vector<NpyArray> arrays = read_npz(here("jpeg_reference.npz"));
  for (size_t i = 0; i + 1 < arrays.size(); i += 2)
    all.push_back({arrays[i].name.substr(0, arrays[i].name.find('.')), arrays[i].bytes, arrays[i + 1]});
  return all;
}

std::string refusal(std::span<const uint8_t> file) {
  try {
    decode_image(file, "test");
    return "";
  } catch (const FileError& e) {
    return e.what();
  }
}

// While it lives, the process may grow by `bytes`; more is std::bad_alloc, which no test here takes for a refusal.
struct MemoryLimit {
  rlimit before{};
  explicit MemoryLimit(uint64_t bytes) {
    getrlimit(RLIMIT_AS, &before);
#if !defined(__SANITIZE_ADDRESS__)  // its shadow memory is beyond any limit
    uint64_t pages = 0;
    std::ifstream("/proc/self/statm") >> pages;
    const rlimit tight{pages * uint64_t(getpagesize()) + bytes, before.rlim_max};
    REQUIRE(setrlimit(RLIMIT_AS, &tight) == 0);
#else
    (void)bytes;
#endif
  }
  ~MemoryLimit() { setrlimit(RLIMIT_AS, &before); }
};

void append_chunk(Buffer& out, const std::string& type, const Buffer& data) {
  const auto put = [&](uint64_t v) {
    for (int shift = 24; shift >= 0; shift -= 8) out.push_back(uint8_t(v >> shift));
  };
  put(data.size());
  const size_t start = out.size();
  out.insert(out.end(), type.begin(), type.end());
  out.insert(out.end(), data.begin(), data.end());
  put(crc32_z(0, out.data() + start, out.size() - start));
}
Buffer deflate_zeros(size_t count) {
  const Buffer zeros(count);
  uLongf size = compressBound(uLong(count));
  Buffer out(size);
  compress2(out.data(), &size, zeros.data(), uLong(count), 9);
  out.resize(size);
  return out;
}
Buffer png(uint32_t width, uint32_t height, uint8_t depth, uint8_t colour, const Buffer& data, const Buffer& text = {},
           const Buffer& palette = {}, uint8_t interlaced = 0) {
  Buffer out = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'}, header;
  for (uint32_t v : {width, height})
    for (int shift = 24; shift >= 0; shift -= 8) header.push_back(uint8_t(v >> shift));
  header.insert(header.end(), {depth, colour, 0, 0, interlaced});
  append_chunk(out, "IHDR", header);
  if (!palette.empty()) append_chunk(out, "PLTE", palette);
  if (!text.empty()) append_chunk(out, "zTXt", text);
  append_chunk(out, "IDAT", data);
  append_chunk(out, "IEND", {});
  return out;
}
Buffer with_size(Buffer jpeg, uint16_t height, uint16_t width) {  // another size in its frame header
  for (size_t i = 2; i + 9 < jpeg.size(); i += 2 + size_t(jpeg[i + 2] << 8 | jpeg[i + 3]))
    if (jpeg[i + 1] == 0xc0 || jpeg[i + 1] == 0xc2) {
      jpeg[i + 5] = uint8_t(height >> 8), jpeg[i + 6] = uint8_t(height);
      jpeg[i + 7] = uint8_t(width >> 8), jpeg[i + 8] = uint8_t(width);
      break;
    }
  return jpeg;
}

}  // namespace

TEST_CASE("a PNG comes back as it was written, 8 and 16 bits, grey and colour") {
  const fs::path path = fs::temp_directory_path() / ("skew_image_test_" + std::to_string(getpid()) + ".png");
  for (const int64_t channels : {1, 3})
    for (const int bits : {8, 16})
      for (const int64_t width : {1, 7, 64}) {
        const Image image = picture(channels, 5, width, bits);
        write_png(path, image);
        const Image back = read_image(path);
        CHECK((back.channels == channels && back.height == 5 && back.width == width && back.bits == bits));
        CHECK(back.bytes == image.bytes);
        const ImageInfo info = probe_image(path);
        CHECK((info.channels == channels && info.height == 5 && info.width == width && info.bits == bits));
        CHECK(info.format == "PNG");
      }
  fs::remove(path);
  Image wrong = picture(1, 2, 2, 8);
  wrong.width = 3;
  CHECK_THROWS_AS(write_png(path, wrong), ValueError);
  CHECK(!fs::exists(path));
}

TEST_CASE("alpha is dropped: what is left is the colour as stored") {
  const Image grey_alpha = picture(2, 4, 5, 8), rgba = picture(4, 4, 5, 8);
  const Image grey = decode_image(stb_png(2, 4, 5), "la.png"), rgb = decode_image(stb_png(4, 4, 5), "rgba.png");
  REQUIRE((grey.channels == 1 && rgb.channels == 3));
  for (size_t i = 0; i < 20; ++i) {
    CHECK(grey.bytes[i] == grey_alpha.bytes[2 * i]);
    for (size_t c = 0; c < 3; ++c) CHECK(rgb.bytes[3 * i + c] == rgba.bytes[4 * i + c]);
  }
}

TEST_CASE("JPEG pixels are Pillow's") {
  int worst = 0, count = 0;
  for (const Reference& r : references()) {
    INFO(r.name);
    const Image image = decode_image(r.file, r.name);
    CHECK((image.height == r.pixels.shape[0] && image.width == r.pixels.shape[1]));
    REQUIRE(image.bytes.size() == r.pixels.bytes.size());
    int here = 0;
    for (size_t i = 0; i < image.bytes.size(); ++i)
      here = std::max(here, std::abs(int(image.bytes[i]) - int(r.pixels.bytes[i])));
    CHECK(here == 0);
    worst = std::max(worst, here), ++count;
  }
  std::cout << "JPEG against libjpeg-turbo: " << count << " files, largest difference " << worst << "\n";
  CHECK(count > 0);
}

TEST_CASE("every truncation is refused, with an end marker put behind it too") {
  std::vector<std::pair<std::string, Buffer>> files = {{"png grey", stb_png(1, 16, 16)},
                                                       {"png colour", stb_png(3, 9, 11)},
                                                       {"png 16", encode_png(picture(3, 9, 11, 16))},
                                                       {"jpeg grey", stb_jpeg(1, 24, 24, 95)},
                                                       {"jpeg 444", stb_jpeg(3, 24, 24, 95)},
                                                       {"jpeg 420", stb_jpeg(3, 24, 40, 80)}};
  for (const Reference& r : references()) files.emplace_back(r.name, r.file);
  int refused = 0, total = 0;
  for (const auto& [name, file] : files) {
    REQUIRE(refusal(file) == "");
    for (size_t n = 0; n < file.size(); ++n) {
      INFO(name << " cut to " << n << " of " << file.size());
      const bool ok = !refusal({file.data(), n}).empty();
      if (!ok) CHECK(ok);
      ++total, refused += ok;
      if (name.starts_with("png") || n + 2 >= file.size()) continue;
      Buffer ended(file.begin(), file.begin() + ptrdiff_t(n));
      ended.insert(ended.end(), {0xff, 0xd9});
      const bool ended_ok = !refusal(ended).empty();
      if (!ended_ok) CHECK(ended_ok);
      ++total, refused += ended_ok;
    }
  }
  std::cout << "truncations: " << refused << " of " << total << " refused\n";
  CHECK(refused == total);
}

TEST_CASE("every flipped bit of a PNG is refused; of a JPEG many are, and none is undefined behaviour") {
  for (const Buffer& file : {stb_png(1, 16, 16), stb_png(3, 9, 11), encode_png(picture(1, 9, 11, 16))}) {
    size_t refused = 0;
    for (size_t bit = 0; bit < 8 * file.size(); ++bit) {
      Buffer damaged = file;
      damaged[bit / 8] ^= uint8_t(1 << bit % 8);
      refused += !refusal(damaged).empty();
    }
    CHECK(refused == 8 * file.size());
  }
  size_t refused = 0, total = 0;
  for (const Reference& r : references())
    for (size_t bit = 0; bit < 8 * r.file.size(); bit += 7) {
      Buffer damaged = r.file;
      damaged[bit / 8] ^= uint8_t(1 << bit % 8);
      refused += !refusal(damaged).empty(), ++total;
    }
  std::cout << "JPEG bit flips: " << refused << " of " << total << " refused (the rest needs a hash of the pixels)\n";
  CHECK(refused > total / 4);
}

TEST_CASE("pixel data of a PNG are as long as its header says, in every interlaced size") {
  constexpr int64_t x0[] = {0, 4, 0, 2, 0, 1, 0}, y0[] = {0, 0, 4, 0, 2, 0, 1};
  constexpr int64_t dx[] = {8, 8, 4, 4, 2, 2, 1}, dy[] = {8, 8, 8, 4, 4, 2, 2};
  for (int64_t width = 1; width <= 10; ++width)
    for (int64_t height = 1; height <= 10; ++height)
      for (const uint8_t interlaced : {0, 1}) {
        INFO(width << "x" << height << (interlaced ? " interlaced" : ""));
        int64_t bytes = interlaced ? 0 : height * (1 + width);
        for (int p = 0; p < 7 && interlaced; ++p)
          if (const int64_t wide = (width - x0[p] + dx[p] - 1) / dx[p]; wide > 0)
            bytes += (1 + wide) * ((height - y0[p] + dy[p] - 1) / dy[p]);
        const auto refused = [&](int64_t length) {
          return refusal(
              png(uint32_t(width), uint32_t(height), 8, 0, deflate_zeros(size_t(length)), {}, {}, interlaced));
        };
        CHECK(refused(bytes) == "");
        CHECK_THAT(refused(bytes - 1), Catch::Contains("incomplete"));
        CHECK_THAT(refused(bytes + 1), Catch::Contains("Extra"));
      }
}

TEST_CASE("a palette is looked up, and a colour beyond it refused") {
  const Buffer row = {0, 0, 1, 2};  // filter, three pixels
  uLongf size = compressBound(row.size());
  Buffer data(size), colours = {9, 8, 7, 6, 5, 4, 3, 2, 1};
  compress(data.data(), &size, row.data(), row.size());
  data.resize(size);
  CHECK(decode_image(png(3, 1, 8, 3, data, {}, colours), "p.png").bytes == colours);
  colours.resize(6);
  CHECK_THAT(refusal(png(3, 1, 8, 3, data, {}, colours)), Catch::Contains("colour 2 of a palette of 2"));
  CHECK(refusal(png(3, 1, 8, 3, data)) != "");
  for (const uint8_t bits : {1, 2, 4})  // every pixel is the largest that the bits hold
    for (const uint8_t interlaced : {0, 1}) {
      const Buffer ones = {0, 0xff};  // one row, and of the interlaced passes only the first has a pixel
      uLongf packed = compressBound(ones.size());
      Buffer pixel(packed);
      compress(pixel.data(), &packed, ones.data(), ones.size());
      pixel.resize(packed);
      Buffer full(3 * (size_t{1} << bits), 5), less(full.begin(), full.end() - 3);
      CHECK(refusal(png(1, 1, bits, 3, pixel, {}, full, interlaced)) == "");
      CHECK_THAT(refusal(png(1, 1, bits, 3, pixel, {}, less, interlaced)),
                 Catch::Contains("test: PNG") && Catch::Contains("of a palette of"));
    }
}

TEST_CASE("bombs are refused in 50 ms and 64 MiB") {
  const Buffer small = deflate_zeros(1000), big = deflate_zeros(64 << 20), jpeg = stb_jpeg(3, 16, 16, 90);
  Buffer text = {'a', 0, 0};
  text.insert(text.end(), big.begin(), big.end());
  Buffer progressive;
  for (const Reference& r : references())
    if (r.name == "420_progressive") progressive = r.file;
  std::vector<std::pair<std::string, Buffer>> bombs = {
      {"png 30000x30000", png(30000, 30000, 8, 2, small)},
      {"png 30000x30000 grey", png(30000, 30000, 1, 0, big)},
      {"png 2^31-1 wide", png(0x7fffffff, 1, 8, 0, small)},
      {"png 2^31-1 square", png(0x7fffffff, 0x7fffffff, 16, 6, small)},
      {"png 2^32-1 square", png(0xffffffff, 0xffffffff, 16, 6, small)},
      {"png 0 wide", png(0, 5, 8, 0, small)},
      {"png 8000x8000 in nothing", png(8000, 8000, 16, 6, small)},
      {"png 1x1 with 64 MiB", png(1, 1, 8, 0, big)},
      {"png 5x5 rgba with 64 MiB", png(5, 5, 16, 6, big)},
      {"png with bursting text", png(1, 1, 8, 0, deflate_zeros(2), text)},
      {"png of colour type 7", png(10, 10, 8, 7, small)},
      {"jpeg 30000x30000", with_size(jpeg, 30000, 30000)},
      {"jpeg 65535x65535", with_size(jpeg, 65535, 65535)},
      {"jpeg 8000x8000 in nothing", with_size(jpeg, 8000, 8000)},
      {"jpeg 100x600", with_size(jpeg, 600, 100)},
      {"jpeg 0 high", with_size(jpeg, 0, 16)},
      {"progressive 30000x30000", with_size(progressive, 30000, 30000)},
      {"progressive 8000x8000", with_size(progressive, 8000, 8000)},
      {"progressive 300x300", with_size(progressive, 300, 300)},
      {"progressive 65535x1000", with_size(progressive, 1000, 65535)}};
  malloc_trim(0);  // what the making of the bombs left must not serve them
  const MemoryLimit limit(64 << 20);
  double slowest = 0;
  for (const auto& [name, file] : bombs) {
    INFO(name);
    const auto start = std::chrono::steady_clock::now();
    const std::string message = refusal(file);
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
    CHECK(!message.empty());
    CHECK(took.count() < 50);
    slowest = std::max(slowest, took.count());
  }
  std::cout << "bombs: " << bombs.size() << " refused within 64 MiB, slowest " << slowest << " ms\n";
}

TEST_CASE("limits are the caller's") {
  const Buffer file = stb_png(1, 16, 16);
  CHECK_THROWS_WITH(decode_image(file, "x.png", {.max_pixels = 255}),
                    Catch::Contains("x.png") && Catch::Contains("16x16"));
  CHECK_NOTHROW(decode_image(file, "x.png", {.max_pixels = 256}));
  CHECK_THROWS_WITH(decode_image(file, "x.png", {.max_file_bytes = 20}), Catch::Contains("limit of 20"));
}

TEST_CASE("other formats are refused by name") {
  const std::pair<std::string, std::string> files[] = {
      {"GIF89a", "GIF"},
      {"BM1234", "BMP"},
      {std::string("II*\0", 4), "TIFF"},
      {"RIFF1234WEBPVP8 ", "WebP"},
      {"8BPS", "PSD"},
      {"P5\n2 2\n255\n1234", "PNM"},
      {std::string(128, '\0').append("DICM"), "DICOM"},
      {"<!DOCTYPE html>", "HTML"},
      {"version https://git-lfs.github.com/spec/v1", "Git LFS pointer"},
      {"", "empty"}};
  for (const auto& [bytes, format] : files)
    CHECK(refusal({reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()}).find("test: ") == 0);
  for (const auto& [bytes, format] : files)
    CHECK_THAT(refusal({reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()}), Catch::Contains(format));
}

TEST_CASE("only regular files are read and replaced") {
  CHECK_THROWS_AS(read_image("/dev/zero"), FileError);
  CHECK_THROWS_AS(read_image("/"), FileError);
  CHECK_THROWS_AS(read_image("/no/such/file.png"), FileError);
  CHECK_THROWS_AS(write_png("/dev/full", picture(1, 4, 4, 8)), FileError);
  CHECK_THROWS_AS(write_png("/no/such/folder/a.png", picture(1, 4, 4, 8)), FileError);
}

TEST_CASE("a full disk leaves the old file and no other") {
  const fs::path folder = fs::temp_directory_path() / ("skew_full_" + std::to_string(getpid()));
  fs::create_directory(folder);
  const Image old = picture(1, 4, 4, 8);
  write_png(folder / "a.png", old);
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, SIG_IGN);
  const rlimit tight{100, before.rlim_max};
  setrlimit(RLIMIT_FSIZE, &tight);
  CHECK_THROWS_AS(write_png(folder / "a.png", picture(3, 64, 64, 8)), FileError);
  setrlimit(RLIMIT_FSIZE, &before);
  CHECK(read_image(folder / "a.png").bytes == old.bytes);
  CHECK(std::distance(fs::directory_iterator(folder), fs::directory_iterator()) == 1);
  fs::remove_all(folder);
}
