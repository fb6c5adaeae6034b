// Tables align whatever the alphabet, numbers read well, control characters do not reach the terminal.
#include "apps/report/table.h"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <limits>

#include "apps/report/number_text.h"
#include "core/error.h"

using namespace skew::report;

TEST_CASE("columns align by what a terminal shows") {
  Table table({left("class"), {"AP"}});
  table.add_row({"Ödem", ".412"});
  table.add_row({"肺炎", "–"});
  table.add_rule();
  table.add_row({"macro", "1.000"});
  CHECK(table.str() == "class     AP\nÖdem    .412\n肺炎       –\n────────────\nmacro  1.000\n");
  CHECK(table.str(true).starts_with("\x1b[1mclass     AP\x1b[0m\n"));
}

TEST_CASE("cells are cut, controls blanked, wrong rows refused") {
  Table table({left("name", 5)});
  table.add_row({"abcdefgh"});
  table.add_row({"a\x1b[2J"});
  table.add_row({"\xff"});
  CHECK(table.str() == "name\nabcd…\na [2J\n\xef\xbf\xbd\n");
  CHECK_THROWS_AS(table.add_row({"a", "b"}), skew::ValueError);
}

TEST_CASE("numbers as text") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK(share(.4123) == ".412");
  CHECK(share(1) == "1.000");
  CHECK(share(-.05) == "-.050");
  CHECK(share(nan) == "–");
  CHECK(fixed(.0412, 4) == "0.0412");
  CHECK(fixed(1e308, 1).size() == 311);
  CHECK(significant(3e-7) == "3e-07");
  CHECK(grouped(78014) == "78,014");
  CHECK(grouped(-1234567) == "-1,234,567");
  CHECK(grouped(999) == "999");
  CHECK(grouped(std::numeric_limits<int64_t>::min()) == "-9,223,372,036,854,775,808");
  CHECK(counted(1, "class", "classes") == "1 class");
}

TEST_CASE("style only for terminals") {
  CHECK_FALSE(wants_style(nullptr));
  setenv("NO_COLOR", "1", 1);
  CHECK_FALSE(wants_style(stdout));
}
