// Precision-recall, ROC and reliability squares: undefined classes, thinning, and the numbers beside the drawing.
#include "apps/report/curve_chart.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <random>

#include "tests/apps/report/xml_check.h"

using namespace skew::report;
using namespace skew::metrics;
using Catch::Matchers::Contains;

namespace {

RankedClass ranked(const std::string& name, const std::vector<double>& scores, const std::vector<double>& targets) {
  return {name, Band::tail, ranking_table(scores, targets)};
}

}  // namespace

TEST_CASE("curves with their numbers, undefined classes empty") {
  const std::vector<double> scores{.9, .8, .7, .6};
  const std::vector<RankedClass> classes{ranked("a", scores, {1, 0, 1, 0}), ranked("b", scores, {0, 0, 0, 0})};
  const Figure pr = pr_chart(classes), roc = roc_chart(classes);
  CHECK(xml_fault(pr.svg) == "");
  CHECK(xml_fault(roc.svg) == "");
  CHECK_THAT(pr.svg, Contains("Mean average precision .833 over 1 of 2 classes") && Contains(">AP –, n+ 0</text>"));
  CHECK(roc.csv == "class,fpr,tpr,threshold\na,0,0,inf\na,0,0.5,0.9\na,0.5,0.5,0.8\na,0.5,1,0.7\na,1,1,0.6\n");
  CHECK(pr.csv ==
        "class,recall,precision,threshold\na,1,0.5,0.6\na,1,0.6666666666666666,0.7\na,0.5,0.5,0.8\na,0.5,1,0.9\na,0,1,"
        "\n");
  CHECK(xml_fault(pr_chart({}).svg) == "");
}

TEST_CASE("a curve of 100,000 samples stays a small file") {
  std::mt19937 generator(1);
  std::vector<double> scores, targets;
  for (int i = 0; i < 100'000; ++i) {
    scores.push_back(double(generator()) / 4294967296.0);
    targets.push_back(generator() % 3 == 0);
  }
  const std::vector<RankedClass> one{ranked("a", scores, targets)};
  CHECK(pr_chart(one).svg.size() < 60'000);
  CHECK(roc_chart(one).svg.size() < 60'000);
  CHECK(pr_chart(one).csv.size() < 100'000);
}

TEST_CASE("reliability shows risks beside scores, where every class has them") {
  const std::vector<double> targets{0, 1, 1};
  std::vector<CalibratedClass> classes{{"a", Band::head, calibration_table(std::vector<double>{.1, .1, .9}, targets),
                                        calibration_table(std::vector<double>{.5, .5, .97}, targets)}};
  const Figure figure = reliability_chart(classes);
  CHECK(xml_fault(figure.svg) == "");
  CHECK_THAT(figure.csv, Contains("\na,score,13,1,0.9,1\na,risk,7,2,0.5,0.5\n"));
  CHECK_THAT(figure.svg, Contains("Mean class-wise calibration error") &&
                             Contains("over 1 of 1 class: risks .010 (scores, grey: ") &&
                             Contains("larger dots: more images"));
  classes.push_back({"b", Band::head, classes[0].scores});
  CHECK_THAT(reliability_chart(classes).svg, Contains("of 2 classes: scores ") && !Contains("grey"));
}

TEST_CASE("reliability shows the bins that hold samples") {
  const std::vector<CalibratedClass> classes{
      {"a", Band::head, calibration_table(std::vector<double>{.1, .1, .9}, std::vector<double>{0, 1, 1})}};
  const Figure figure = reliability_chart(classes);
  CHECK(xml_fault(figure.svg) == "");
  CHECK(figure.csv == "class,of,bin,count,mean_score,positive_rate\na,score,1,2,0.1,0.5\na,score,13,1,0.9,1\n");
}
