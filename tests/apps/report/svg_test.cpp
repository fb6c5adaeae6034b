// Text is inert and measured, coordinates are finite, both colour schemes are there.
#include "apps/report/svg.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <fstream>
#include <limits>
#include <vector>

#include "apps/formats/utf8.h"
#include "tests/apps/report/xml_check.h"

using namespace skew::report;
using Catch::Matchers::Contains;

TEST_CASE("text cannot leave its element") {
  const std::vector<std::string> payloads{"<script>alert(1)</script>",
                                          "\"><script>alert(1)</script>",
                                          "' onload='alert(1)",
                                          "]]><script>",
                                          "<!--",
                                          "--><img src=x onerror=alert(1)>",
                                          "&lt;script&gt;",
                                          "\xff\xfe<b>",
                                          "</text><a href='javascript:1'>",
                                          "</style><script>",
                                          "</title></svg><script>",
                                          std::string("a\0b", 3),
                                          "\x1b[31mred",
                                          "\xe2\x80\xaeright to left"};
  for (const std::string& payload : payloads) {
    Svg svg(300, 200, payload, payload);
    svg.text({10, 100}, payload);
    svg.rect({0, 0}, 10, 10, "f-blue", 2, payload);
    INFO(payload);
    CHECK(xml_fault(svg.str()) == "");
    for (const char c : svg.str()) CHECK((c == '\n' || static_cast<unsigned char>(c) >= 0x20));
  }
  CHECK(escape("a<b & \"c\"") == "a&lt;b &amp; &quot;c&quot;");
  CHECK(escape("\xff") == "\xef\xbf\xbd");
}

TEST_CASE("what is not finite is not drawn") {
  const double nan = std::numeric_limits<double>::quiet_NaN(), inf = std::numeric_limits<double>::infinity();
  Svg svg(100, 100, "", "");
  const std::string before = svg.str();
  svg.text({nan, 0}, "x");
  svg.line({0, 0}, {inf, 1}, "grid");
  svg.rect({0, 0}, nan, 1, "grid");
  svg.circle({0, 0}, inf, "grid");
  const std::vector<Point> none{{nan, 1}, {2, inf}};
  svg.polyline(none, "curve");
  svg.area(none, 1, "curve");
  CHECK(svg.str() == before);
  const std::vector<Point> gap{{0, 0}, {1, 1}, {nan, nan}, {2, 2.5}, {3, 3}};
  svg.polyline(gap, "curve");
  CHECK_THAT(svg.str(), Contains("M0 0L1 1M2 2.5L3 3"));
  CHECK(xml_fault(svg.str()) == "");
}

TEST_CASE("a figure has light and dark colours") {
  CHECK_THAT(Svg(10, 10, "t", "s").str(), Contains("@media(prefers-color-scheme:dark)"));
  CHECK(series_colour(0) == series_colour(7));
}

TEST_CASE("text is cut to a width at whole characters") {
  CHECK(fit_width("Hernia", 1000, 13) == "Hernia");
  CHECK(fit_width("Pleural thickening", 80, 13).ends_with("…"));
  CHECK(text_width(fit_width("Pleural thickening", 80, 13), 13) <= 80);
  CHECK(fit_width("肺炎肺炎肺炎", 40, 13) == "肺炎…");
  CHECK(column_width("肺炎 e\u0301") == 6);
}

TEST_CASE("a sentence too long for its figure goes on in a second line") {
  const std::string svg = Svg(300, 100, "t", "Mean calibration error of scores .058; dashed: true risks.").str();
  CHECK_THAT(svg,
             Contains(">Mean calibration error of scores .058;</text>") && Contains(">dashed: true risks.</text>"));
  CHECK_THAT(Svg(300, 100, "t", "Short.").str(), Contains("y=\"55\" class=\"muted\">Short.</text>"));
  CHECK_THAT(Svg(60, 100, "t", "A sentence of a dozen words for which two lines are too few here.").str(),
             Contains("…</text>"));
}

TEST_CASE("curves are paths of Bézier pieces, groups have an id and a tooltip") {
  Svg svg(100, 100, "t", "s");
  svg.begin_group("n1", "a < b");
  const std::vector<Point> points = {{0, 0}, {1, 0}, {2, 3}, {3, 3}, {4, 3}, {5, 6}, {6, 6}};
  svg.curve(points, "wire");
  svg.end_group();
  svg.curve(std::vector<Point>{{0, 0}, {1, 0}, {2, std::numeric_limits<double>::quiet_NaN()}, {3, 3}}, "wire");
  const std::string out = svg.str();
  CHECK_THAT(out, Contains("<g id=\"n1\"><title>a &lt; b</title>") && Contains("M0 0C1 0 2 3 3 3C4 3 5 6 6 6"));
  CHECK(out.find("nan") == std::string::npos);
  CHECK(xml_fault(out).empty());
}

namespace {

// Relative luminance of "#1f45af" (WCAG 2.1).
double luminance(const std::string& hex) {
  double sum = 0;
  const double shares[] = {.2126, .7152, .0722};
  for (size_t i = 0; i < 3; ++i) {
    const double c = double(std::stoi(hex.substr(1 + 2 * i, 2), nullptr, 16)) / 255;
    sum += shares[i] * (c <= .04045 ? c / 12.92 : std::pow((c + .055) / 1.055, 2.4));
  }
  return sum;
}

double contrast(const std::string& a, const std::string& b) {
  const double x = luminance(a) + .05, y = luminance(b) + .05;
  return std::max(x, y) / std::min(x, y);
}

std::string colour_of(const std::string& css, const std::string& rule) {
  const size_t at = css.find(rule + "{fill:#");
  REQUIRE(at != css.npos);
  const std::string hex = css.substr(at + rule.size() + 6, 7);
  return hex.find_first_of(";}") == hex.npos ? hex : "#ffffff";  // #fff
}

}  // namespace

TEST_CASE("docs/figures.md says what each colour means, and which it is") {
  std::ifstream in(SKEW_SOURCE_DIR "/docs/figures.md");
  const std::string words{std::istreambuf_iterator<char>(in), {}};
  const auto hex_of = [](const std::string& css, const std::string& name) {
    const size_t at = css.find(".f-" + name + "{fill:");
    return at == css.npos ? "" : css.substr(at + name.size() + 9, 7);
  };
  Svg svg(10, 10, "t", "s");
  svg.rect({0, 0}, 1, 1, fill(Colour::step0));  // the steps are there where one is used
  const std::string all = svg.str(), steps = all.substr(all.rfind("<style>"));
  const size_t dark = all.find("@media"), steps_dark = steps.find("@media");
  for (int c = 0; c < int(Colour::step0); ++c) {
    const std::string name = fill(Colour(c)).substr(2);
    INFO(name);
    const std::string row = "| " + name + " | " + hex_of(all, name) + " | " + hex_of(all.substr(dark), name) + " | ";
    CHECK_THAT(words, Contains(row));
  }
  CHECK_THAT(words, Contains("| step0 … step7 | " + hex_of(steps, "step0") + " … " + hex_of(steps, "step7") + " | " +
                             hex_of(steps.substr(steps_dark), "step0") + " … " +
                             hex_of(steps.substr(steps_dark), "step7") + " | "));
}

TEST_CASE("text can be read in both colour schemes: contrast 4.5") {
  const std::string svg = Svg(10, 10, "t", "s").str();
  const size_t dark = svg.find("@media");
  for (const std::string& css : {svg.substr(0, dark), svg.substr(dark)}) {
    const std::string paper = colour_of(css, ".paper");
    for (const char* rule :
         {"}text", ".muted", "text.t-blue", "text.t-green", "text.t-orange", "text.t-purple", "text.t-pink",
          "text.t-gold", "text.t-slate", "text.t-quiet", "text.t-teal", "text.t-rust", "text.t-red"}) {
      INFO(rule << " on " << paper);
      CHECK(contrast(colour_of(css, rule), paper) >= 4.5);
    }
  }
}
