// Every pair is in the table, what a cell says is true, and a hundred classes still have names.
#include "apps/report/confusion_chart.h"

#include <catch2/catch.hpp>

#include "core/error.h"
#include "tests/apps/report/xml_check.h"

using namespace skew;
using namespace skew::report;
using Catch::Matchers::Contains;

TEST_CASE("a confusion matrix names what was taken for what") {
  const Figure figure = confusion_chart({"cat", "dog", "none"}, {8, 2, 0, 1, 9, 0, 0, 0, 0});
  CHECK(figure.csv ==
        "true,predicted,images\ncat,cat,8\ncat,dog,2\ncat,none,0\ndog,cat,1\ndog,dog,9\ndog,none,0\n"
        "none,cat,0\nnone,dog,0\nnone,none,0\n");
  CHECK_THAT(figure.svg, Contains("cat taken for dog: 2 of 10") && Contains(">.800</text>") && Contains(">–</text>") &&
                             Contains("17 of 20 images on the diagonal"));
  CHECK(xml_fault(figure.svg) == "");
}

TEST_CASE("a hundred classes fit, one does, none and torn tables do not") {
  std::vector<std::string> names;
  for (int i = 0; i < 100; ++i) names.push_back("a class with a name of forty letters, no. " + std::to_string(i));
  const std::string svg = confusion_chart(names, std::vector<int64_t>(10000, 3)).svg;
  CHECK_THAT(svg, Contains("no. 17</text>"));
  CHECK(xml_fault(svg) == "");
  CHECK_NOTHROW(confusion_chart({"a"}, {4}));
  CHECK_THROWS_AS(confusion_chart({}, {}), ValueError);
  CHECK_THROWS_AS(confusion_chart({"a", "b"}, {1, 2, 3}), ValueError);
}
