// Tables align whatever the alphabet, numbers read well, control characters do not reach the terminal.
#include "apps/report/table.h"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <limits>

#include "apps/report/number_text.h"
#include "apps/formats/utf8.h"
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
  CHECK(table.str() == "name\nab…gh\na [2J\n\xef\xbf\xbd\n");
  CHECK_THROWS_AS(table.add_row({"a", "b"}), skew::ValueError);
}

TEST_CASE("a table of long names is narrowed to a terminal, and names that differ at the end stay different") {
  Table table({left("class", 60), "AP", left("group", 60)});
  const std::string name(40, 'a');
  table.add_row({name + " left", ".412", name + " upper"});
  table.add_row({name + " right", ".413", name + " lower"});
  const std::string out = table.str();
  INFO(out);
  for (size_t at = 0, end; at < out.size(); at = end + 1) {
    end = out.find('\n', at);
    CHECK(column_width(out.substr(at, end - at)) <= 80);
  }
  for (const char* end : {" left ", " right ", " upper\n", " lower\n"}) CHECK(out.find(end) != std::string::npos);
}

TEST_CASE("sentences are broken at blanks, long words and line ends kept") {
  const std::string words = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen";
  CHECK(wrapped(words) ==
        "one two three four five six seven eight nine ten eleven twelve thirteen fourteen\n  fifteen");
  CHECK(wrapped("a\nb  c\n") == "a\nb  c\n");
  const std::string path(90, 'x');
  CHECK(wrapped("see " + path + " there") == "see\n  " + path + "\n  there");
  CHECK(wrapped("") == "");
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
