// Curves over epochs: gaps, single epochs, extremes, and the numbers beside the drawing.
#include "apps/report/line_chart.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <limits>

#include "apps/report/axes.h"
#include "core/error.h"
#include "core/file.h"
#include "tests/apps/report/xml_check.h"

using namespace skew::report;
using Catch::Matchers::Contains;

namespace {
const double nan_value = std::numeric_limits<double>::quiet_NaN(), infinite = std::numeric_limits<double>::infinity();

LineChart example() {
  return {.title = "t",
          .sentence = "s",
          .x = {1, 2, 3},
          .panels = {{"loss", {{"train", {3, 2, 1}}, {"val", {3, 1.5, nan_value}}}, Best::lowest}}};
}
}  // namespace

TEST_CASE("lines have names at their ends, the best value is marked, the CSV has every number") {
  const Figure figure = line_chart(example());
  CHECK(xml_fault(figure.svg) == "");
  CHECK_THAT(figure.svg, Contains(">train</text>") && Contains(">val</text>") && Contains("best 1.5 at 2"));
  CHECK(figure.csv == "epoch,loss/train,loss/val\n1,3,3\n2,2,1.5\n3,1,\n");
}

TEST_CASE("odd data still gives a drawing") {
  LineChart chart = example();
  for (const std::vector<double>& y : std::vector<std::vector<double>>{{nan_value, nan_value, nan_value},
                                                                       {0, 0, 0},
                                                                       {infinite, 1, -infinite},
                                                                       {1e308, -1e308, 0},
                                                                       {5e-324, 0, 5e-324},
                                                                       {1e-7, 2e-7, 3e-7}}) {
    chart.panels[0].lines[1].y = y;
    CHECK(xml_fault(line_chart(chart).svg) == "");
  }
  CHECK(xml_fault(line_chart({}).svg) == "");
  chart = example();
  chart.x = {1};
  for (Line& line : chart.panels[0].lines) line.y = {.5};
  CHECK_THAT(line_chart(chart).svg, Contains("circle"));
  chart.panels.resize(7, chart.panels[0]);
  CHECK(xml_fault(line_chart(chart).svg) == "");
  chart.panels[0].lines[0].y.push_back(1);
  CHECK_THROWS_AS(line_chart(chart), skew::ValueError);
}

TEST_CASE("ticks are round and few") {
  CHECK(round_ticks(0, 1, 4) == std::vector<double>{0, .5, 1});
  CHECK(round_ticks(1, 20, 5, true) == std::vector<double>{5, 10, 15, 20});
  CHECK(round_ticks(1, 3, 5, true) == std::vector<double>{1, 2, 3});
  CHECK(round_ticks(1, 1, 4).empty());
  CHECK(tick_labels(std::vector<double>{0, .05, .1}) == std::vector<std::string>{"0", ".05", ".10"});
  CHECK(tick_labels(std::vector<double>{0, 1000}) == std::vector<std::string>{"0", "1,000"});
}

TEST_CASE("drawing and numbers are written together") {
  const std::string stem = SKEW_BINARY_DIR "/line_chart_test";
  write_figure(stem, line_chart(example()));
  CHECK(skew::read_file(stem + ".svg", 1 << 20).size() > 1000);
  CHECK(skew::read_file(stem + ".csv", 1 << 20).size() > 20);
  CHECK_THROWS_AS(write_figure("/no/such/folder/x", line_chart(example())), skew::FileError);
  std::filesystem::remove(stem + ".svg");
  std::filesystem::remove(stem + ".csv");
}
