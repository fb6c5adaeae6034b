// Odd, damaged and hostile files of many writers, each with what Pillow made of it (../shared/data/odd_files).
#include <catch2/catch.hpp>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>

#include "apps/formats/image.h"
#include "apps/formats/npz.h"
#include "core/error.h"
#include "core/file.h"
#include "tests/apps/data/sha256.h"
#define STB_IMAGE_IMPLEMENTATION
#define STB_IMAGE_STATIC
#define STBI_ONLY_PNG
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function"
#include <stb/stb_image.h>
#pragma GCC diagnostic pop

using namespace skew;
using Buffer = std::vector<uint8_t>;
namespace fs = std::filesystem;

namespace {

const fs::path root = SKEW_SOURCE_DIR "/../shared/data/odd_files";

std::vector<std::string> split_row(const std::string& line) {  // quotes hold commas; no row of this file spans lines
  std::vector<std::string> cells(1);
  bool quoted = false;
  for (char c : line) {
    if (c == '"') quoted = !quoted;
    else if (c == ',' && !quoted) cells.emplace_back();
    else if (c != '\r') cells.back() += c;
  }
  return cells;
}

struct Row {
  std::string path, result, format, mode, hash;
};
std::vector<Row> manifest() {
  std::ifstream in(root / "manifest.csv");
  std::vector<Row> rows;
  std::string line;
  std::getline(in, line);
  while (std::getline(in, line)) {
    const auto c = split_row(line);
    rows.push_back({c.at(0), c.at(4), c.at(5), c.at(6), c.at(9)});
  }
  return rows;
}

// The manifest's hash needs the alpha that decode_image drops: it is taken from stb_image for the hash alone.
// (Grey of 1 to 4 bits: Pillow compares the scaled sample with the unscaled transparent value.)
// 8-bit: RGBA bytes. 16-bit grey ("I"): 32-bit little-endian values. 16-bit colour: Pillow keeps the high bytes.
std::string manifest_hash(const Buffer& file, const Image& image, bool wide_grey) {
  const auto count = size_t(image.height * image.width), channels = size_t(image.channels);
  Buffer out;
  if (wide_grey) {
    for (size_t i = 0; i < count; ++i) out.insert(out.end(), {image.bytes[2 * i], image.bytes[2 * i + 1], 0, 0});
    return sha256(out).substr(0, 16);
  }
  int w = 0, h = 0, n = 0;
  stbi_us* rgba = stbi_load_16_from_memory(file.data(), int(file.size()), &w, &h, &n, 4);
  REQUIRE(rgba != nullptr);
  const bool alpha_is_used = n == 2 || n == 4;
  const std::string_view bytes(reinterpret_cast<const char*>(file.data()), file.size());
  const size_t transparent = file[24] < 8 && file[25] == 0 ? bytes.find("tRNS") : std::string_view::npos;
  for (size_t i = 0; i < count; ++i) {
    for (size_t c = 0; c < 3; ++c) {
      const size_t k = i * channels + (channels == 3 ? c : 0);
      out.push_back(image.bytes[image.bits == 16 ? 2 * k + 1 : k]);
    }
    if (transparent != std::string_view::npos) out.push_back(image.bytes[i] == file[transparent + 5] ? 0 : 255);
    else out.push_back(alpha_is_used ? uint8_t(rgba[4 * i + 3] >> 8) : 255);
  }
  stbi_image_free(rgba);
  return sha256(out).substr(0, 16);
}

int largest_difference(const Image& image, const NpyArray& samples) {
  const auto count = size_t(image.height * image.width), channels = size_t(image.channels);
  const size_t step = (count + 299) / 300;
  REQUIRE(samples.bytes.size() == (count + step - 1) / step * channels);
  int worst = 0;
  for (size_t i = 0; i < samples.bytes.size(); ++i)
    worst = std::max(worst,
                     std::abs(int(image.bytes[i / channels * step * channels + i % channels]) - int(samples.bytes[i])));
  return worst;
}

}  // namespace

TEST_CASE("odd files load with the reference's pixels or are refused with a reason") {
  if (!fs::exists(root)) {
    std::cout << "SKIPPED: odd_files: " << root << " is not there\n";
    return;
  }
  std::map<std::string, NpyArray> jpeg_samples;
  for (NpyArray& a : read_npz(SKEW_SOURCE_DIR "/tests/apps/data/odd_jpeg_reference.npz")) jpeg_samples[a.name] = a;
  int png = 0, jpeg = 0, other = 0, errors = 0, worst = 0, without_samples = 0;
  double slowest = 0;
  std::string deliberate;
  for (const Row& row : manifest()) {
    INFO(row.path);
    const bool ours = row.format == "PNG" || row.format == "JPEG";
    const Buffer file = read_file((root / row.path).string(), 64 << 20);
    const auto start = std::chrono::steady_clock::now();
    Image image;
    std::string message;
    try {
      image = decode_image(file, row.path, {}, Exif::ignore);  // as the reference has them
    } catch (const FileError& e) {
      message = e.what();
    }
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
    slowest = std::max(slowest, took.count());
    if (!ours || row.result == "error") {
      CHECK(message.starts_with(row.path + ": "));
      if (!row.format.empty() && !ours) {
        const std::string name = row.format == "PPM" ? "PNM" : row.format == "WEBP" ? "WebP" : row.format;
        CHECK_THAT(message, Catch::Contains(name));
      }
      ++(row.result == "error" ? errors : other);
    } else if (!message.empty()) {
      deliberate += "  " + message + "\n";  // a damaged stream or a kind of file that image.h says is not read
      const bool named = row.mode == "CMYK" || message.find("not read by skew") != std::string::npos ||
                         message.find("damaged") != std::string::npos;
      CHECK(named);
    } else if (row.format == "PNG") {
      ++png;
      CHECK(manifest_hash(file, image, image.bits == 16 && row.mode == "I") == row.hash);
    } else {
      ++jpeg;
      if (!jpeg_samples.contains(row.path)) {
        ++without_samples;
        continue;
      }
      const int difference = largest_difference(image, jpeg_samples[row.path]);
      CHECK(difference == 0);
      worst = std::max(worst, difference);
    }
  }
  std::cout << "odd files: " << png << " PNG equal by hash, " << jpeg << " JPEG within " << worst << " levels ("
            << without_samples << " without samples), " << other << " of other formats refused by name, " << errors
            << " damaged ones refused, slowest " << slowest << " ms; refused though the reference reads them:\n"
            << deliberate;
  CHECK(png > 0);
  CHECK(slowest < 2000);
}
