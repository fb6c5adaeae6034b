// Gains of one model over another: what the table says of them, in which order, and what is undefined.
#include "apps/evaluation/comparison.h"

#include <catch2/catch.hpp>
#include <cmath>

using namespace skew;
using Catch::Contains;

namespace {

metrics::RankingReplicates replicates(const std::vector<double>& ap, const std::vector<double>& spread,
                                      const std::vector<int64_t>& groups) {
  metrics::RankingReplicates r;
  r.classes = std::ssize(ap);
  r.resamples = 100;
  r.ap = r.auroc = ap;
  for (size_t c = 0; c < ap.size(); ++c) {
    for (int64_t b = 0; b < r.resamples; ++b) r.resampled_ap.push_back(ap[c] + spread[c] * (b % 2 ? 1 : -1));
    r.positives.push_back(groups[c]);
    r.negatives.push_back(50);
    r.positive_groups.push_back(groups[c]);
    r.negative_groups.push_back(50);
  }
  r.resampled_auroc = r.resampled_ap;
  return r;
}

// The second gains .1 in each class; wide, narrow and unknown intervals.
Comparison two_models() {
  Comparison c;
  c.first.classes = {"wide", "narrow", "single", "worse"};
  c.first.train_counts = {5, 5, 5, 5};
  const std::vector<int64_t> groups = {20, 20, 1, 20};
  c.runs = {{"one", "bce", "", {}, replicates({.5, .5, .5, .5}, {0, 0, 0, 0}, groups)},
            {"two", "ral", "", {}, replicates({.6, .6, .6, .4}, {.2, .001, .1, .01}, groups)}};
  c.resamples = 100;
  c.groups = 70;
  return c;
}

}  // namespace

TEST_CASE("the surest gains and losses stand first, unknown ones last, with one minus for people") {
  const std::string table = comparison_table(two_models(), false);
  INFO(table);
  const auto row = [&](const std::string& name) { return table.find("\n" + name + " "); };
  CHECK(row("narrow") < row("worse"));
  CHECK(row("worse") < row("wide"));
  CHECK(row("wide") < row("single"));
  CHECK_THAT(table, Contains("+.100 (–)") && Contains("−.100 (−.12 to −.08)") && !Contains("-."));
  CHECK_THAT(table, Contains("the surest first") && Contains("(–): too few for an interval"));
}

TEST_CASE("columns of another order are put into the first model's") {
  Predictions p;
  p.labels = 3;
  p.probabilities = {.1, .2, .3, .4, .5, .6};
  p.targets = {1, 0, 0, 0, NAN, 1};
  p.class_index = {0, 2};
  reorder_classes(p, {"a", "b", "c"}, {"c", "a", "b"});
  CHECK(p.probabilities == std::vector<double>{.3, .1, .2, .6, .4, .5});
  CHECK(p.targets[1] == 1);
  CHECK(std::isnan(p.targets[5]));
  CHECK(p.class_index == std::vector<int64_t>{1, 0});
}

TEST_CASE("intervals know of which class all positives or all negatives are of one patient") {
  Predictions p;
  p.labels = 2;
  p.ids = {0, 1, 2, 3};
  p.probabilities = {.9, .2, .8, .6, .1, .3, .2, .1};
  p.targets = {1, 1, 0, 1, 0, 1, 0, 0};
  Contents contents;
  contents.name = "four";
  contents.classes = {"a", "b"};
  contents.task = Task::multi_label;
  contents.paths = {"0", "1", "2", "3"};
  contents.targets = {1, 1, 0, 1, 0, 1, 0, 0};
  contents.splits = {Split::test, Split::test, Split::test, Split::test};
  DataOptions options;
  options.lenient = true;  // there is nothing to train on
  const Dataset data(contents, options);
  const std::optional<MetricIntervals> in = metric_intervals(p, data);
  REQUIRE(in);
  CHECK(in->positive_groups == std::vector<int64_t>{1, 3});
  CHECK(in->negative_groups == std::vector<int64_t>{3, 1});
  CHECK((std::isnan(in->ap[0].low) && std::isnan(in->ap[1].low)));
}
