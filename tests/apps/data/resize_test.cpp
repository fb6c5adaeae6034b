// Resizing and channel conversion: sizes, exact cases, 16 bits.
#include "apps/data/resize.h"

#include <catch2/catch.hpp>
#include <cstring>

#include "core/error.h"

using namespace skew;

TEST_CASE("channels: grey is repeated, colour is weighed, alpha is dropped") {
  const Image grey{1, 1, 2, 8, {5, 200}};
  CHECK(convert_channels(grey, 3).bytes == std::vector<uint8_t>{5, 5, 5, 200, 200, 200});
  const Image colour{3, 1, 2, 8, {255, 0, 0, 10, 20, 30}};
  CHECK(convert_channels(colour, 1).bytes == std::vector<uint8_t>{76, 18});
  CHECK(convert_channels(Image{4, 1, 1, 8, {1, 2, 3, 0}}, 3).bytes == std::vector<uint8_t>{1, 2, 3});
  CHECK(convert_channels(Image{2, 1, 1, 8, {9, 0}}, 1).bytes == std::vector<uint8_t>{9});
  const Image wide{3, 1, 1, 16, {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF}};
  CHECK(convert_channels(wide, 1).bytes == std::vector<uint8_t>{0xFF, 0xFF});
  CHECK_THROWS_AS(convert_channels(grey, 2), ValueError);
}

TEST_CASE("resize: constants stay, halves average with a triangle, doubles interpolate") {
  const Image constant{3, 7, 5, 8, std::vector<uint8_t>(105, 91)};
  for (const uint8_t v : resize(constant, 3, 11).bytes) CHECK(v == 91);
  // to half: weights of a triangle of width 4: 1/8 3/8 3/8 1/8 inside, 3/7 3/7 1/7 at the edge
  const Image row{1, 1, 6, 8, {0, 80, 0, 160, 0, 240}};
  CHECK(resize(row, 1, 3).bytes == std::vector<uint8_t>{34, 70, 126});
  const Image pair{1, 1, 2, 8, {0, 100}};
  CHECK(resize(pair, 1, 4).bytes == std::vector<uint8_t>{0, 25, 75, 100});
  Image wide{1, 1, 2, 16, std::vector<uint8_t>(4)};
  const uint16_t values[] = {0, 40000};
  std::memcpy(wide.bytes.data(), values, 4);
  uint16_t out[4];
  std::memcpy(out, resize(wide, 1, 4).bytes.data(), 8);
  CHECK((out[0] == 0 && out[1] == 10000 && out[2] == 30000 && out[3] == 40000));
  CHECK_THROWS_AS(resize(pair, 0, 4), ValueError);
}
