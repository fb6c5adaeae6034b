// Curves, heat maps and terminal plots: names where they fit, numbers beside the drawing, odd data.
#include "apps/report/function_chart.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "apps/report/braille_plot.h"
#include "apps/report/heat_map.h"
#include "core/error.h"
#include "tests/apps/report/xml_check.h"

using namespace skew::report;
using Catch::Matchers::Contains;

TEST_CASE("a key names every curve, and a name stands at its peak where there is room") {
  FunctionChart chart{.title = "t",
                      .sentence = "s",
                      .x_name = "p",
                      .y_name = "l",
                      .curves = {{"low", {0, 1}, {0, 0}}, {"high", {0, 1}, {0, 1}}}};
  const Figure apart = function_chart(chart);
  CHECK(xml_fault(apart.svg) == "");
  CHECK_THAT(apart.svg, Contains("strong\">low</text>") && Contains("strong\">high</text>"));
  CHECK(apart.csv == "curve,p,l\nlow,0,0\nlow,1,0\nhigh,0,0\nhigh,1,1\n");
  chart.curves.resize(2);
  for (FunctionCurve& c : chart.curves) {
    const double top = c.name == "low" ? .4 : 1;
    c.x.clear();
    c.y.clear();
    for (int i = 0; i <= 40; ++i) {
      c.x.push_back(i / 40.);
      c.y.push_back(top * (1 - std::abs(i - 20) / 20.));
    }
  }
  const Figure peaks = function_chart(chart);
  CHECK_THAT(peaks.svg, Contains("strong halo t-blue\" text-anchor=\"middle\">low</text>") &&
                            Contains("strong halo t-green\" text-anchor=\"middle\">high</text>"));
  const FunctionCurve hill = chart.curves[0];
  for (const char* more : {"a", "b", "c", "d", "e", "f", "g"}) chart.curves.push_back({more, hill.x, hill.y});
  const Figure together = function_chart(chart);
  CHECK_THAT(together.svg, !Contains("halo t-blue") && Contains(">low</text>") && Contains("dash"));
}

TEST_CASE("notes, zones and an axis of probabilities from 0 to 1") {
  const FunctionChart chart{
      .title = "t",
      .sentence = "s",
      .x_name = "p",
      .y_name = "l",
      .curves = {{"ral lambda=1.2", {.005, .5, .995}, {0, .75, .25}, "ral λ=1.2", ".75 at p = .50"}},
      .zones = {{.5, .9, "hard"}, {.9, 1, "mislabelled?", 2}}};
  const Figure figure = function_chart(chart);
  CHECK(xml_fault(figure.svg) == "");
  CHECK_THAT(figure.svg, Contains(">ral λ=1.2</text>") && Contains(">.75 at p = .50</text>") && Contains(">hard<") &&
                             Contains(">mislabelled?<") && Contains(">0</text>") && Contains(">1.0</text>"));
  CHECK_THAT(figure.csv, Contains("ral lambda=1.2,0.5,0.75"));
}

TEST_CASE("curves that coincide are both seen") {
  const FunctionChart chart{.title = "t",
                            .sentence = "s",
                            .x_name = "p",
                            .y_name = "l",
                            .curves = {{"one", {0, 1}, {0, 2}}, {"same", {0, 1}, {0, 2}}}};
  const std::string svg = function_chart(chart).svg;
  const size_t solid = svg.find("class=\"curve s-blue\""), dashed = svg.rfind("class=\"curve s-green dash\"");
  CHECK(solid != std::string::npos);
  CHECK(dashed != std::string::npos);
  CHECK(solid < dashed);
}

TEST_CASE("curves of one place look different, and the key says whose place it is") {
  FunctionChart chart{.title = "t", .sentence = "s", .x_name = "p", .y_name = "l"};
  for (const char* name : {"one", "two", "three", "own"})
    chart.curves.push_back({name, {0, 1}, {0, 2}, "", "2 at p → 1"});
  chart.curves.back().y = {1, 0};
  chart.lines = {{Colour::blue, Pattern::solid},
                 {Colour::green, Pattern::solid},
                 {Colour::pink, Pattern::solid},
                 {Colour::green, Pattern::dash}};
  const std::string svg = function_chart(chart).svg;
  CHECK_THAT(svg, Contains(">same curve as one</text>") && Contains("curve s-green dots") &&
                      Contains("curve s-green dash\"") && Contains("curve s-pink dash\""));
  CHECK(svg.find("same curve as one") != svg.rfind("same curve as one"));
}

TEST_CASE("odd data still gives a drawing, hostile names stay text") {
  for (const std::vector<double>& y :
       std::vector<std::vector<double>>{{NAN, NAN}, {HUGE_VAL, 1}, {1e308, -1e308}, {0, 0}})
    CHECK(xml_fault(function_chart({"t", "s", "x", "y", {{"<script>", {0, 1}, y}, {"b", {0, 1}, y}}, true}).svg) == "");
  CHECK(xml_fault(function_chart({}).svg) == "");
  CHECK_THROWS_AS(function_chart({"t", "s", "x", "y", {{"a", {0, 1}, {0}}}}), skew::ValueError);
}

TEST_CASE("a heat map has one shade and one row a cell") {
  const HeatMap map{"t", "s", "a", "b", "v", {0, 1, 2}, {5, 6}, {1, 2, 3, 4, NAN, 6}};
  const Figure figure = heat_map(map);
  CHECK(xml_fault(figure.svg) == "");
  CHECK_THAT(figure.svg,
             Contains("fill-opacity=\"1\"") && Contains("fill-opacity=\"0.05\"") && Contains("a 2, b 6: 6"));
  CHECK(figure.csv == "a,b,v\n0,5,1\n1,5,2\n2,5,3\n0,6,4\n1,6,\n2,6,6\n");
  CHECK(xml_fault(heat_map({"t", "s", "a", "b", "v", {1}, {1}, {3}}).svg) == "");
  CHECK_THROWS_AS(heat_map({"t", "s", "a", "b", "v", {1}, {1}, {}}), skew::ValueError);
}

TEST_CASE("a heat map has lines of equal height with their numbers, and marks a place") {
  HeatMap map{"t", "s", "γ (gamma)", "b", "v", {0, 1, 2}, {0, 1}, {0, 1, 2, 0, 1, 2}};
  map.mark = Point{1, .5};
  map.x_column = "gamma";
  const Figure figure = heat_map(map);
  CHECK(xml_fault(figure.svg) == "");
  CHECK_THAT(figure.svg, Contains("wire s-slate") && Contains(">default</text>") && Contains(">1.5</text>") &&
                             !Contains("\"grid\""));
  CHECK_THAT(figure.csv, Contains("gamma,b,v\n"));
  map.mark = Point{9, 9};
  CHECK_THAT(heat_map(map).svg, !Contains("default"));
}

TEST_CASE("a plot in the terminal: dots where the curve is, names below, no colour unless styled") {
  BraillePlot plot{.title = "t", .x_name = "p", .x = {0, 1}, .curves = {{"rise", {0, 1}}}, .columns = 4, .rows = 2};
  const std::string out = braille_plot(plot);
  CHECK_THAT(out, Contains("t\n") && Contains("⡠") && Contains("rise") && !Contains("\x1b"));
  CHECK_THAT(braille_plot(plot, true), Contains("\x1b[38;5;33m"));
  plot.curves.push_back({"fall", {1, 0}});
  plot.columns = 24;
  CHECK_THAT(braille_plot(plot), Contains("a rise · b fall"));
  CHECK_THAT(braille_plot(plot, true), !Contains("a rise") && Contains("\x1b[38;5;35m"));
  plot.curves.pop_back();
  plot.curves[0].y = {NAN, HUGE_VAL};
  CHECK_THAT(braille_plot(plot), Contains("rise"));
  plot.curves[0].y = {1};
  CHECK_THROWS_AS(braille_plot(plot), skew::ValueError);
}
