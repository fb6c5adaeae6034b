// Contact sheets: one file, pictures at whole factors, words in any script that stay apart, refusals.
#include "apps/report/contact_sheet.h"

#include <catch2/catch.hpp>
#include <regex>

#include "apps/report/svg.h"
#include "core/error.h"

using namespace skew;
using namespace skew::report;
using Catch::Matchers::Contains;

namespace {

Image flat(int64_t channels, int64_t height, int64_t width, uint8_t value) {
  return {channels, height, width, 8, std::vector<uint8_t>(size_t(channels * height * width), value)};
}

std::string sheet_of(const Image& image, const std::vector<std::string>& words = {}, int64_t cell = 112) {
  return contact_sheet(std::vector<SheetCell>{{image, words}}, {.title = "t", .sentence = "s", .cell = cell});
}

// The pixels that the browser is given of the first picture, by the length of its PNG's base64.
std::string first_picture(const std::string& svg) {
  std::smatch found;
  REQUIRE(std::regex_search(svg, found, std::regex("base64,([A-Za-z0-9+/=]+)\"")));
  return found[1];
}

}  // namespace

TEST_CASE("pictures are enlarged by whole factors, and reduced where they are large") {
  CHECK_THAT(sheet_of(flat(1, 28, 28, 9)), Contains("width=\"112\" height=\"112\" href=\"data:image/png;base64,"));
  CHECK_THAT(sheet_of(flat(3, 64, 64, 9)), Contains("width=\"128\" height=\"128\" href="));
  CHECK_THAT(sheet_of(flat(3, 100, 50, 9)), Contains("width=\"50\" height=\"100\" href="));
  CHECK_THAT(sheet_of(flat(3, 448, 224, 9)), Contains("width=\"56\" height=\"112\" href="));
  Image noise = flat(1, 1024, 1024, 0);
  for (size_t i = 0; i < noise.bytes.size(); ++i) noise.bytes[i] = uint8_t(i * 2654435761u >> 24);
  CHECK(first_picture(sheet_of(noise)).size() < 4 * 224 * 224 / 2);
}

TEST_CASE("words are text in any script, and names that differ at their end stay different") {
  const std::string start = "Pleural effusion with a blunted costophrenic angle, ";
  const std::string svg = sheet_of(flat(1, 28, 28, 0), {"肺炎", "ذات الرئة", start + "left", start + "right"});
  CHECK_THAT(svg, Contains(">肺炎</text>") && Contains(">ذات الرئة</text>") && Contains("left</text>") &&
                      Contains("right</text>"));
  CHECK_THAT(sheet_of(flat(1, 28, 28, 0), {"<script>&\"\x01\xff"}),
             !Contains("<script>") && Contains("&lt;script&gt;"));
  CHECK(text_width(fit_name(start + "left", 100, 11.5), 11.5) <= 100);
}

TEST_CASE("images that do not agree with themselves are refused") {
  Image bad = flat(1, 4, 4, 0);
  bad.bytes.pop_back();
  CHECK_THROWS_AS(sheet_of(bad), ValueError);
  CHECK_THROWS_AS(sheet_of(flat(2, 4, 4, 0)), ValueError);
  CHECK_THROWS_AS(sheet_of({1, 1, 1, 16, std::vector<uint8_t>(2)}), ValueError);
  CHECK_THROWS_AS(contact_sheet({}), ValueError);
  CHECK_THROWS_AS(sheet_of(flat(1, 4, 4, 0), {}, 5000), ValueError);
  CHECK_THROWS_AS(contact_sheet(std::vector<SheetCell>(9, {flat(1, 4, 4, 0), {}}), {.columns = 9, .cell = 4096}),
                  ValueError);
}
