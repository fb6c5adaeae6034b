// The figure of repeated measurements: what it must show, and what it must survive.
#include "apps/report/interval_chart.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "core/error.h"

using namespace skew;
using namespace skew::report;
using Catch::Matchers::Contains;

TEST_CASE("dots, means and intervals, with their numbers") {
  IntervalChart chart{"Losses", "Three seeds.", {"bce", "<ral>"}, {"clean", "noisy"}};
  chart.panels = {{"mAP", {{{{.3, .4}, .35, .1}, {{.2}, .2, NAN}}, {{{.5, NAN}, .5, NAN}, {{}, NAN, NAN}}}}};
  const Figure f = interval_chart(chart);
  CHECK_THAT(f.svg, Contains("bce, clean: .350 ± .100") && Contains("&lt;ral&gt;") && !Contains("<ral>"));
  CHECK_THAT(f.svg, Contains("noisy") && !Contains("nan"));
  CHECK_THAT(f.csv, Contains("panel,row,series,mean,half_width,values") && Contains("mAP,bce,clean,0.35,0.1,0.3 0.4"));
  CHECK_THAT(f.csv, Contains("mAP,<ral>,noisy,,,"));
  chart.panels[0].rows.pop_back();
  CHECK_THROWS_AS(interval_chart(chart), ValueError);
}

TEST_CASE("a row has its colour, its numbers and a mark where it was told apart") {
  IntervalChart chart{"Losses", "", {"bce", "ral"}, {"all"}};
  chart.panels = {{"mAP", {{{{.3, .4}, .35, .1}}, {{{.5, .5}, .5, .01, Apart::better}}}}};
  chart.lines = {{Colour::slate, Pattern::solid}, {Colour::blue, Pattern::solid}};
  const std::string svg = interval_chart(chart).svg;
  CHECK_THAT(svg, Contains(">.350 ±.100</text>") && Contains(">.500 ±.010</text>") && Contains("f-blue rim"));
  CHECK_THAT(svg, Contains("strong t-blue\">ral</text>"));
  const std::string triangle = "Z\" class=\"f-slate\"";
  CHECK_THAT(svg, Contains(triangle));
  chart.panels[0].rows[1][0].apart = Apart::no;
  CHECK_THAT(interval_chart(chart).svg, !Contains(triangle));
}

TEST_CASE("an interval wider than all else does not squeeze the dots") {
  IntervalChart chart{"Losses", "", {"a", "b"}, {"all"}};
  chart.panels = {{"mAP", {{{{.30, .31}, .305, 9}}, {{{.40, .41}, .405, .01}}}}};
  const std::string svg = interval_chart(chart).svg;
  CHECK_THAT(svg, Contains(">.3<") || Contains(">.30<"));
  CHECK_THAT(svg, !Contains(">5<"));
}

TEST_CASE("where a panel cuts an interval, an arrow points on, and a word says so") {
  IntervalChart chart{"Losses", "Dots: seeds.", {"a", "b"}, {"all"}};
  chart.panels = {{"mAP", {{{{.30, .31}, .305, .01}}, {{{.40, .41}, .405, .01}}}}};
  CHECK_THAT(interval_chart(chart).svg, !Contains("arrow"));
  chart.panels[0].rows[0][0].half_width = 9;
  const std::string svg = interval_chart(chart).svg;
  CHECK_THAT(svg, Contains("Dots: seeds; arrow: goes on."));
  size_t arrows = 0;
  for (size_t at = 0; (at = svg.find("<path d=", at)) != svg.npos; ++at) ++arrows;
  CHECK(arrows == 2);
}

TEST_CASE("one repeat is a dot without an interval") {
  IntervalChart chart{"Losses", "", {"a"}, {"all"}};
  chart.panels = {{"mAP", {{{{.3}, .3, NAN}}}}};
  CHECK_THAT(interval_chart(chart).svg, !Contains("\"glow ") && Contains("circle"));
}
