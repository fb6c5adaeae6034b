// Models on the same images: what is drawn of undefined classes, of many runs, and the numbers beside the drawing.
#include "apps/report/compare_chart.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "core/error.h"
#include "tests/apps/report/xml_check.h"

using namespace skew;
using namespace skew::report;
using Catch::Matchers::Contains;

namespace {

constexpr metrics::Difference nothing{NAN, {NAN, NAN}};

CompareChart two_runs() {
  const std::vector<double> scores{.9, .8, .7, .6}, other{.9, .6, .8, .7};
  const std::vector<double> targets{1, 0, 1, 0};
  return {
      .sentence = "Gains over one.",
      .metrics = {"mean AP"},
      .runs = {{"one", series_line(0), {{0, {0, 0}}}}, {"two", series_line(1), {{.167, {.05, .3}}}}},
      .classes = {
          {"a", {metrics::ranking_table(scores, targets), metrics::ranking_table(other, targets)}, {.167, {.05, .3}}},
          {"b",
           {metrics::ranking_table(scores, std::vector<double>(4, 0)),
            metrics::ranking_table(other, std::vector<double>(4, 0))},
           nothing}}};
}

}  // namespace

TEST_CASE("curves of two runs lie in one square a class, the gain above them") {
  const Figure figure = compare_chart(two_runs());
  CHECK(xml_fault(figure.svg) == "");
  CHECK_THAT(figure.svg, Contains("gain in mean AP") && Contains(">+.167</text>") && Contains(">better</text>") &&
                             Contains(">.833</text>") && Contains(">1.000</text>") && Contains(">–</text>"));
  CHECK_THAT(figure.csv, Contains("\ncurve,one,a,,,,0.5,0.5,0.8\n") && Contains("\ncurve,two,a,,,,1,1,0.8\n") &&
                             !Contains("curve,one,b"));
  CHECK_THAT(figure.csv, Contains("\ngain in mean AP,two,,0.167,0.05,0.3,,,\n") && Contains("\nAP,two,a,1,,,,,\n") &&
                             Contains("\ngain in AP,two,a,0.167,0.05,0.3,,,\n") && Contains("\nAP,one,b,,,,,,\n"));
}

TEST_CASE("every run's average precision stands above its class, however many there are") {
  CompareChart chart = two_runs();
  for (int r = 2; r < 9; ++r) {
    chart.runs.push_back({text("run ", r), series_line(size_t(r)), {{0, {0, 0}}}});
    const std::vector<double> scores{.9, .8, .7 + .01 * r, .1 * r};
    for (ComparedClass& c : chart.classes)
      c.of_runs.push_back(metrics::ranking_table(scores, std::vector<double>{1, 0, 1, 0}));
  }
  const std::string svg = compare_chart(chart).svg;
  size_t numbers = 0;
  for (size_t at = 0; (at = svg.find("small strong t-", at)) != svg.npos; ++at) ++numbers;
  CHECK(numbers == 2 * 9 + 8);  // an AP a class and run, a gain of each run but the first
}

TEST_CASE("a curve that lies on another is dashed over it") {
  CompareChart chart = two_runs();
  CHECK_THAT(compare_chart(chart).svg, !Contains("dash\"/>"));
  chart.classes[0].of_runs[1] = chart.classes[0].of_runs[0];
  CHECK_THAT(compare_chart(chart).svg, Contains("class=\"curve " + stroke(series_colour(1)) + " dash\""));
}

TEST_CASE("a gain without an interval has none drawn, and says so") {
  CompareChart chart = two_runs();
  chart.runs[1].gains[0] = {-.1, {NAN, NAN}};
  const std::string svg = compare_chart(chart).svg;
  CHECK_THAT(svg, Contains(">−.100</text>") && Contains("two: −.100, no interval") && !Contains("nan"));
}

TEST_CASE("a comparison whose parts do not fit is refused") {
  CompareChart chart = two_runs();
  chart.runs[1].gains.clear();
  CHECK_THROWS_WITH(compare_chart(chart), Contains("two has 0 gains for 1 metrics"));
  chart = two_runs();
  chart.classes[0].of_runs.pop_back();
  CHECK_THROWS_WITH(compare_chart(chart), Contains("class a has 1 tables for 2 runs"));
}

TEST_CASE("a gain without an interval, and no run at all, are drawn") {
  CompareChart chart = two_runs();
  chart.runs[1].gains[0] = nothing;
  CHECK(xml_fault(compare_chart(chart).svg) == "");
  CHECK(xml_fault(compare_chart({.sentence = "Nothing.", .metrics = {}, .runs = {}, .classes = {}}).svg) == "");
}
