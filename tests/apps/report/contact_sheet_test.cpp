// Contact sheets: sizes, exact enlargement, averages, words in any alphabet, refusals.
#include "apps/report/contact_sheet.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "core/error.h"

using namespace skew;
using namespace skew::report;

namespace {

Image flat(int64_t channels, int64_t height, int64_t width, uint8_t value) {
  return {channels, height, width, 8, std::vector<uint8_t>(size_t(channels * height * width), value)};
}

uint8_t red(const Image& sheet, int64_t y, int64_t x) { return sheet.bytes[size_t(3 * (y * sheet.width + x))]; }

}  // namespace

TEST_CASE("pictures lie in a grid, enlarged by whole factors") {
  Image two = flat(1, 2, 2, 0);
  two.bytes = {10, 20, 30, 40};
  const std::vector<SheetCell> cells(3, {two, {}});
  const Image sheet = contact_sheet(cells, {.columns = 2, .cell = 16});
  CHECK(sheet.channels == 3);
  CHECK(sheet.width == 2 * 26 + 10);
  CHECK(sheet.height == 2 * 26 + 10);
  CHECK(red(sheet, 10, 10) == 10);
  CHECK(red(sheet, 17, 17) == 10);
  CHECK(red(sheet, 17, 18) == 20);
  CHECK(red(sheet, 25, 25) == 40);
  CHECK(red(sheet, 36, 10) == 10);  // third cell, second row
}

TEST_CASE("large pictures are averaged") {
  Image stripes = flat(1, 32, 32, 0);
  for (size_t i = 0; i < stripes.bytes.size(); i += 2) stripes.bytes[i] = 200;
  CHECK(red(contact_sheet(std::vector<SheetCell>{{stripes, {}}}, {.columns = 1, .cell = 16}), 12, 12) == 100);
}

TEST_CASE("words are drawn below and cut to the cell; any bytes are safe") {
  const std::vector<SheetCell> plain{{flat(3, 8, 8, 0), {""}}};
  const Image empty = contact_sheet(plain, {.columns = 1, .cell = 64});
  const std::vector<SheetCell> hostile{{flat(3, 8, 8, 0), {std::string(5000, '@') + "\xff\x01 肺炎 %s%n"}}};
  const Image full = contact_sheet(hostile, {.columns = 1, .cell = 64});
  CHECK(full.height == empty.height);
  CHECK(full.bytes != empty.bytes);
  bool outside = false;  // the right margin stays page-coloured
  for (int64_t y = 0; y < full.height; ++y) outside |= red(full, y, full.width - 2) != 20;
  CHECK_FALSE(outside);
}

TEST_CASE("images that do not agree with themselves are refused") {
  Image bad = flat(1, 4, 4, 0);
  bad.bytes.pop_back();
  CHECK_THROWS_AS(contact_sheet(std::vector<SheetCell>{{bad, {}}}), ValueError);
  CHECK_THROWS_AS(contact_sheet(std::vector<SheetCell>{{flat(2, 4, 4, 0), {}}}), ValueError);
  const Image deep{1, 1, 1, 16, std::vector<uint8_t>(2)};
  CHECK_THROWS_AS(contact_sheet(std::vector<SheetCell>{{deep, {}}}), ValueError);
  CHECK_THROWS_AS(contact_sheet({}), ValueError);
  CHECK_THROWS_AS(contact_sheet(std::vector<SheetCell>{{flat(1, 4, 4, 0), {}}}, {.columns = 0}), ValueError);
  CHECK_THROWS_AS(contact_sheet(std::vector<SheetCell>(9, {flat(1, 4, 4, 0), {}}), {.columns = 9, .cell = 4096}),
                  ValueError);
}
