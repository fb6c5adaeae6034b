// Class counts: order, bands, escaping, and the numbers beside the drawing.
#include "apps/report/bar_chart.h"

#include <catch2/catch.hpp>

#include "tests/apps/report/xml_check.h"

using namespace skew::report;
using Catch::Matchers::Contains;

TEST_CASE("bars are sorted and banded") {
  const std::vector<LabelCount> counts{{"rare", 3}, {"common, very", 1234}, {"some", 50, 100}, {"none", 0}};
  const Figure figure = label_chart(counts, 2000);
  CHECK(xml_fault(figure.svg) == "");
  CHECK_THAT(figure.svg, Contains("head  ≥ 100") && Contains("medium  20–99") && Contains("tail  &lt; 20"));
  CHECK_THAT(figure.svg, Contains("2,000 training images, 4 classes: from 1,234 (common, very) to 0 (none)."));
  CHECK(
      figure.csv ==
      "class,positives,unknown,share,band\n\"common, very\",1234,0,0.617,head\nsome,50,100,0.02631578947368421,medium\n"
      "rare,3,0,0.0015,tail\nnone,0,0,0,tail\n");
}

TEST_CASE("what a sampler draws stands beside what there is") {
  const std::vector<LabelCount> counts{{"rare", 3, 0, 70}, {"common", 1234, 0, 90}};
  const Figure figure = label_chart(counts, 2000, "class-aware sampling");
  CHECK(xml_fault(figure.svg) == "");
  CHECK_THAT(figure.svg, Contains(">1,234 → 90</text>") && Contains(">3 → 70</text>") && Contains("wire s-slate") &&
                             Contains("an epoch of class-aware sampling"));
  CHECK_THAT(figure.csv, Contains("share,band,drawn\n") && Contains("rare,3,0,0.0015,tail,70\n"));
}

TEST_CASE("no class, hostile names and many classes still give a drawing") {
  CHECK(xml_fault(label_chart({}, 0).svg) == "");
  const std::vector<LabelCount> hostile{{"</text><script>", 5}, {std::string(500, 'x'), 1}};
  CHECK(xml_fault(label_chart(hostile, 5).svg) == "");
  CHECK(xml_fault(label_chart(std::vector<LabelCount>(200, {"c", 70}), 70).svg) == "");
}
