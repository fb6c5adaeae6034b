// Sets of unequal images: what is chosen for them, what is said, and what comes out.
#include "apps/data/input_size.h"

#include <zlib.h>

#include <catch2/catch.hpp>
#include <numeric>

#include "apps/data/open_data.h"
#include "apps/data/pixel_cache.h"
#include "apps/data/resize.h"
#include "apps/formats/codecs.h"
#include "core/error.h"
#include "tests/apps/data/scratch_folder.h"

using namespace skew;
using Catch::Matchers::Contains;

namespace {

// Writes images of these (height, width, channels) and a table of them.
std::shared_ptr<Dataset> set_of(const ScratchFolder& folder, const std::vector<std::array<int64_t, 3>>& images,
                                const DataOptions& options = {}) {
  std::string table = "path,split,y\n";
  for (size_t i = 0; i < images.size(); ++i) {
    const std::string name = std::to_string(i) + ".png";
    folder.png(name, images[i][0], images[i][1], images[i][2], int(i));
    table += name + "," + (i % 3 == 2 ? "val" : "train") + "," + (i % 2 ? "1" : "0") + "\n";
  }
  folder.write("labels.csv", table);
  return open_data(folder.str(), options);
}

InputShape shape_of(const Dataset& data, const InputSize& asked = {}) {
  return choose_input(survey_images(data), data, asked);
}

// Says in a PNG that a quarter turn clockwise brings it upright.
void turn_by_exif(const std::filesystem::path& path) {
  std::string file(std::filesystem::file_size(path), ' ');
  std::ifstream(path, std::ios::binary).read(file.data(), std::streamsize(file.size()));
  std::string chunk("eXIfII*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0", 30);
  const uLong checksum = crc32(0, reinterpret_cast<const Bytef*>(chunk.data()), uInt(chunk.size()));
  for (const int shift : {24, 16, 8, 0}) chunk += char(checksum >> shift);
  file.insert(33, std::string("\0\0\0\x1a", 4) + chunk);
  std::ofstream(path, std::ios::binary) << file;
}

}  // namespace

TEST_CASE("equal images stay as they are, and nothing is said") {
  const ScratchFolder folder;
  const auto data = set_of(folder, {{9, 12, 3}, {9, 12, 3}, {9, 12, 3}});
  PixelCache cache(data);
  CHECK(cache.height() == 9);
  CHECK(cache.width() == 12);
  CHECK(cache.channels() == 3);
  CHECK(cache.note() == "");
  CHECK(cache.get(1)->bytes.size() == 9 * 12 * 3);
  CHECK(shape_of(*data, {.img_size = 5}).fit == Fit::squeeze);  // one aspect: as it always was
  CHECK(shape_of(*data, {.img_size = 5, .fit = Fit::crop}).fit == Fit::crop);
}

TEST_CASE("unequal sizes become a square of the median shorter side, padded where aspects differ") {
  const ScratchFolder folder;
  const auto data = set_of(folder, {{40, 60, 1}, {45, 45, 1}, {60, 44, 1}, {300, 50, 1}, {28, 28, 1}});
  const InputShape shape = shape_of(*data);
  CHECK(shape.height == 48);  // the median of 40 45 44 50 28 is 44
  CHECK(shape.width == 48);
  CHECK(shape.fit == Fit::pad);
  CHECK_THAT(PixelCache(data).note(), Catch::StartsWith("5 sizes, 28x28 to 50x300 (width x height): brought to 48x48, "
                                                        "aspect kept, black around (img_size, fit)"));
  CHECK(shape_of(*data, {.img_size = 20}).height == 20);
  CHECK_THAT(PixelCache(data, {.fit = Fit::squeeze}).note(), Contains("each side on its own"));
  const ScratchFolder squares;
  CHECK(shape_of(*set_of(squares, {{8, 8, 1}, {9, 9, 1}})).fit == Fit::squeeze);
  CHECK(shape_of(*set_of(squares, {{8, 8, 1}, {9, 9, 1}})).height == 32);
  CHECK(shape_of(*set_of(squares, {{800, 900, 1}, {700, 700, 1}})).height == 224);
  CHECK_THROWS_AS(shape_of(*data, {.img_size = -1}), ValueError);
  CHECK_THROWS_AS(shape_of(*data, {.channels = 2}), ValueError);
}

TEST_CASE("colour is taken where half of the images have it, and unreadable ones have no voice") {
  const ScratchFolder folder;
  auto data = set_of(folder, {{8, 8, 3}, {8, 8, 1}, {8, 8, 1}, {8, 8, 3}});
  PixelCache cache(data);
  CHECK(cache.channels() == 3);
  CHECK(cache.note() == "2 grey and 2 in colour: all taken as colour (channels)");
  for (int64_t i = 0; i < 4; ++i) CHECK(cache.get(i)->bytes.size() == 8 * 8 * 3);
  folder.write("3.png", "no image");
  data = open_data(folder.str());
  const ImageSurvey survey = survey_images(*data);
  CHECK(survey.colour == 1);
  CHECK(survey.grey == 2);
  CHECK(survey.unreadable == 1);
  CHECK(choose_input(survey, *data, {}).channels == 1);
  CHECK(choose_input(survey, *data, {.channels = 3}).channels == 3);
}

TEST_CASE("images are fitted whole into black, or cut from the middle") {
  Image wide{1, 4, 8, 8, std::vector<uint8_t>(32)};
  for (int64_t y = 0; y < 4; ++y)
    for (int64_t x = 0; x < 8; ++x) wide.bytes[size_t(y * 8 + x)] = uint8_t(10 * x + 10);
  const Image padded = fitted(wide, 8, 8, Fit::pad), cropped = fitted(wide, 4, 4, Fit::crop);
  CHECK(padded.height == 8);
  for (int64_t y = 0; y < 8; ++y)
    for (int64_t x = 0; x < 8; ++x)
      CHECK(padded.bytes[size_t(y * 8 + x)] == (y >= 2 && y < 6 ? wide.bytes[size_t((y - 2) * 8 + x)] : 0));
  CHECK(std::vector<uint8_t>(cropped.bytes.begin(), cropped.bytes.begin() + 4) == std::vector<uint8_t>{30, 40, 50, 60});
  CHECK(fitted(wide, 4, 4, Fit::squeeze).bytes == resize(wide, 4, 4).bytes);
  for (const Fit fit : {Fit::pad, Fit::squeeze, Fit::crop}) {
    CHECK(fitted(wide, 4, 8, fit).bytes == wide.bytes);
    for (const auto& [height, width] : {std::pair<int64_t, int64_t>{1, 3000}, {3000, 1}, {1, 1}, {7, 5}}) {
      const Image odd =
          fitted({3, height, width, 16, std::vector<uint8_t>(size_t(6 * height * width), 9)}, 32, 16, fit);
      CHECK(odd.height == 32);
      CHECK(odd.width == 16);
      CHECK(odd.bytes.size() == 32 * 16 * 6);
    }
  }
  CHECK_THROWS_AS(fitted(wide, 4, 4, Fit::automatic), ValueError);
}

TEST_CASE("orientation is applied and counted, or left alone") {
  const ScratchFolder folder;
  set_of(folder, {{6, 9, 1}, {9, 6, 1}, {6, 9, 1}});
  turn_by_exif(folder.path() / "1.png");
  const auto data = open_data(folder.str());
  PixelCache upright_cache(data);
  CHECK(upright_cache.height() == 6);
  CHECK(upright_cache.width() == 9);
  CHECK(upright_cache.note() == "EXIF orientation applied to 1 image (exif = ignore leaves them as stored)");
  CHECK(data->read(1).width == 9);
  DataOptions as_stored;
  as_stored.exif = Exif::ignore;
  const auto stored = open_data(folder.str(), as_stored);
  CHECK(stored->read(1).width == 6);
  CHECK(survey_images(*stored).turned == 0);
  CHECK(survey_images(*stored).sizes.size() == 2);
}

TEST_CASE("a set of another kind of files is one fault, with its number") {
  const ScratchFolder folder;
  set_of(folder, {{8, 8, 1}, {8, 8, 1}, {8, 8, 1}});
  const std::string dicom = text(std::string(128, '\0'), "DICM");
  for (const char* name : {"0.png", "1.png"}) folder.write(name, dicom);
  CHECK_THAT(message_of<FileError>([&] { open_data(folder.str()); }), Contains("0.png: DICOM: ") &&
                                                                          Contains("dcmj2pnm --write-png") &&
                                                                          Contains("(2 of the 3 files are DICOM)"));
}
