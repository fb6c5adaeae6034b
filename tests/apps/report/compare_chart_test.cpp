// Models on the same images: what is drawn of undefined classes, of many runs, and the numbers beside the drawing.
#include "apps/report/compare_chart.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "tests/apps/report/xml_check.h"

using namespace skew;
using namespace skew::report;
using Catch::Matchers::Contains;

namespace {

constexpr metrics::Difference nothing{NAN, {NAN, NAN}};

CompareChart two_runs() {
  const std::vector<double> scores{.9, .8, .7, .6}, other{.9, .6, .8, .7};
  const std::vector<double> targets{1, 0, 1, 0};
  return {.sentence = "Gains over one.",
          .metrics = {"mean AP"},
          .runs = {{"one", series_line(0), {{0, {0, 0}}}}, {"two", series_line(1), {{.167, {.05, .3}}}}},
          .classes = {{"a",
                       metrics::Band::tail,
                       {metrics::ranking_table(scores, targets), metrics::ranking_table(other, targets)},
                       {.167, {.05, .3}}},
                      {"b",
                       metrics::Band::head,
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
  CHECK_THAT(figure.csv, Contains("\na,one,0.5,0.5,0.8\n") && Contains("\na,two,1,1,0.8\n") && !Contains("\nb,"));
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
