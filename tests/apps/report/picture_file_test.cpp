// PNG and PDF beside SVG, and what is said where the converter is missing.
#include "apps/report/picture_file.h"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "apps/report/figure.h"
#include "apps/report/svg.h"
#include "core/error.h"
#include "tests/apps/data/scratch_folder.h"

using namespace skew;
using namespace skew::report;
using Catch::Matchers::Contains;

namespace {

std::string bytes_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// The environment variable PATH, as it was again at the end.
struct OtherPath {
  std::string before = std::getenv("PATH");
  explicit OtherPath(const std::string& path) { setenv("PATH", path.c_str(), 1); }
  ~OtherPath() { setenv("PATH", before.c_str(), 1); }
};

}  // namespace

TEST_CASE("a picture is what its name ends with") {
  const ScratchFolder folder;
  const std::string stem = folder.str() + "/x";
  Svg svg(40, 30, "t", "s");
  svg.text({10, 20}, "肺炎 انصباب");
  CHECK_THROWS_WITH(write_picture(stem + ".gif", svg.str()), Contains("ends with .svg, .png or .pdf"));
  CHECK(write_figure_file(stem + ".svg", {svg.str(), "a,b\n"}) == stem + ".svg " + stem + ".csv");
  CHECK(bytes_of(stem + ".svg") == svg.str());
  CHECK(bytes_of(stem + ".csv") == "a,b\n");
  if (std::system("rsvg-convert --version > /dev/null 2>&1") != 0) {
    std::printf("SKIPPED: a picture is what its name ends with: PNG and PDF need rsvg-convert\n");
    return;
  }
  write_picture(stem + ".png", svg.str());
  const std::string png = bytes_of(stem + ".png");
  CHECK(png.starts_with("\x89PNG"));
  REQUIRE(png.size() > 24);
  CHECK(int(static_cast<unsigned char>(png[19])) == 80);  // two pixels for one
  CHECK(int(static_cast<unsigned char>(png[23])) == 60);
  write_picture(stem + ".pdf", svg.str());
  CHECK(bytes_of(stem + ".pdf").starts_with("%PDF-"));
  CHECK_THROWS_WITH(write_picture(stem + "2.png", "<svg"), Contains("rsvg-convert could not draw it"));
  CHECK(!std::filesystem::exists(stem + "2.png"));
}

TEST_CASE("without the converter it is said what to install, before anything is drawn") {
  const ScratchFolder folder;
  const OtherPath nowhere(folder.str());
  CHECK_THROWS_WITH(prepare_picture("x.png"), Contains("apt-get install librsvg2-bin") && Contains(".svg"));
  CHECK_THROWS_AS(write_picture(folder.str() + "/x.pdf", "<svg xmlns='http://www.w3.org/2000/svg'/>"), FileError);
  CHECK_NOTHROW(prepare_picture("x.svg"));
  CHECK(theme() == Theme::automatic);
}

TEST_CASE("what cannot follow its reader's system is light, unless dark was asked for") {
  if (std::system("rsvg-convert --version > /dev/null 2>&1") != 0) {
    std::printf("SKIPPED: what cannot follow its reader's system is light: needs rsvg-convert\n");
    return;
  }
  prepare_picture("x.pdf");
  CHECK(theme() == Theme::light);
  set_theme(Theme::dark);
  prepare_picture("x.png");
  CHECK(theme() == Theme::dark);
  set_theme(Theme::automatic);
}
