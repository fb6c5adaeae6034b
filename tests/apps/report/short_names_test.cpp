// Names of one figure stay different when they are shortened, wherever they differ.
#include "apps/report/short_names.h"

#include <catch2/catch.hpp>
#include <set>

#include "apps/formats/utf8.h"
#include "apps/report/svg.h"
#include "apps/report/table.h"

using namespace skew::report;

namespace {

const std::vector<std::string> lobes = {"Lesion of the upper left anterior lobe of the lung",
                                        "Lesion of the upper right anterior lobe of the lung",
                                        "Lesion of the lower left anterior lobe of the lung"};

size_t different(const std::vector<std::string>& names) {
  return std::set<std::string>(names.begin(), names.end()).size();
}

}  // namespace

TEST_CASE("names that differ in their middle keep it") {
  CHECK(fit_all_columns(lobes, 14) == std::vector<std::string>{"L…upper left…g", "…upper right…g", "L…lower left…g"});
  CHECK(fit_all_columns(lobes, 60) == lobes);
  for (const std::string& name : fit_all_columns(lobes, 34))  // whose beginning is seen, "low", is named in full, too
    CHECK((name.find("upper ") != name.npos || name.find("lower left") != name.npos));
  for (const double width : {90., 138., 200.}) {
    const std::vector<std::string> short_names = fit_names(lobes, width, 13);
    CHECK(different(short_names) == 3);
    for (const std::string& name : short_names) CHECK(text_width(name, 13) <= width);
  }
}

TEST_CASE("names that one cut tells apart are cut as ever, equal ones are equal") {
  const std::vector<std::string> ends = {"Pleural thickening on the left", "Pleural thickening on the right", "Hernia"};
  CHECK(fit_all_columns(ends, 16) ==
        std::vector<std::string>{fit_columns(ends[0], 16), fit_columns(ends[1], 16), "Hernia"});
  const std::vector<std::string> twice = fit_all_columns({lobes[0], lobes[1], lobes[0]}, 14);
  CHECK(twice[0] == twice[2]);
  CHECK(twice[0] != twice[1]);
}

TEST_CASE("whatever names differ in, no two come out equal") {
  std::vector<std::string> names;
  for (int i = 0; i < 40; ++i)
    names.push_back("aaaaaaaaaaaaaaaaaaaaaaaaa" + std::to_string(i) + std::string(30, 'b') + std::to_string(i % 7) +
                    std::string(30, 'c'));
  for (const int columns : {8, 12, 20, 40}) {
    const std::vector<std::string> short_names = fit_all_columns(names, columns);
    CHECK(different(short_names) == names.size());
    for (const std::string& name : short_names) CHECK(column_width(name) <= columns);
  }
  const std::vector<std::string> chinese = {"右下肺野胸腔积液左侧伴肋膈角变钝影", "右下肺野胸腔积液右侧伴肋膈角变钝影"};
  CHECK(different(fit_all_columns(chinese, 12)) == 2);
  CHECK(different(fit_names({"Lung", "Lung of the left side and the right side", ""}, 40, 13)) == 3);
}

TEST_CASE("the names of a table's column are shortened together") {
  Table table({left("class", 14), "AP"});
  for (const std::string& name : lobes) table.add_row({name, ".5"});
  const std::string out = table.str();
  CHECK(out.find("L…upper left…g") != out.npos);
  CHECK(out.find("…upper right…g") != out.npos);
}
