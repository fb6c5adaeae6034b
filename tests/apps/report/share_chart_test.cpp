// Parts of a whole: shares inside their bars, numbers beside the drawing, odd data.
#include "apps/report/share_chart.h"

#include <catch2/catch.hpp>

#include "core/error.h"
#include "tests/apps/report/xml_check.h"

using namespace skew::report;
using Catch::Matchers::Contains;

TEST_CASE("parts are shares of their sum") {
  ShareChart chart{.title = "t",
                   .sentence = "s",
                   .group_name = "loss",
                   .row_name = "prior",
                   .parts = {"positives", "<negatives>"},
                   .colours = {Colour::step7, Colour::step0},
                   .rows = {{"bce", ".1", {1, 3}, Colour::slate}, {"bce", ".2", {0, 0}}, {"ral", ".1", {1, 0}}}};
  const Figure figure = share_chart(chart);
  CHECK(xml_fault(figure.svg) == "");
  CHECK_THAT(figure.svg, Contains(">.25</text>") && Contains(">.75</text>") && Contains("&lt;negatives&gt;: .750"));
  CHECK(figure.csv == "loss,prior,positives,<negatives>\nbce,.1,1,3\nbce,.2,0,0\nral,.1,1,0\n");
  CHECK(xml_fault(share_chart({}).svg) == "");
  chart.colours[1] = Colour::quiet;
  CHECK_THAT(share_chart(chart).svg, Contains("class=\"glow f-quiet\"") && !Contains("class=\"f-quiet\""));
  chart.rows[0].parts.pop_back();
  CHECK_THROWS_AS(share_chart(chart), skew::ValueError);
}
