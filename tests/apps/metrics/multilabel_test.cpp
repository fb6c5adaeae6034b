// Hand-made cases of what the reference data does not hold: refusals and their messages, thresholds, unknown labels.
#include "apps/metrics/multilabel.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "apps/metrics/class_means.h"
#include "apps/metrics/multiclass.h"
#include "apps/metrics/probability_error.h"
#include "apps/metrics/thresholded.h"
#include "core/error.h"

namespace {
using namespace skew::metrics;
using Catch::Matchers::Contains;
constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();
using Values = std::vector<double>;
}  // namespace

TEST_CASE("bad scores and targets are refused with their place") {
  CHECK_THROWS_WITH(ranking_table(Values{.1, unknown}, Values{0, 1}), Contains("score 1 is nan"));
  CHECK_THROWS_WITH(ranking_table(Values{.1, -infinity}, Values{0, 1}), Contains("score 1 is -inf"));
  CHECK_THROWS_WITH(ranking_table(Values{.1, .2, .3}, Values{0, 1}), Contains("3 scores but 2 targets"));
  CHECK_THROWS_WITH(ranking_table(Values{}, Values{}), Contains("no samples"));
  CHECK_THROWS_WITH(ranking_table(Values{.1, .2}, Values{0, 2}), Contains("target 1 is 2"));
  CHECK_THROWS_WITH(ranking_table(Values{.1, .2}, Values{0, infinity}), Contains("target 1 is inf"));
  CHECK_THROWS_WITH(ranking_table(Values{.1, unknown}, Values{0, unknown}),
                    Contains("score 1 is nan"));  // masked, still a fault
  CHECK_THROWS_WITH(log_loss(Values{1.5}, Values{1}), Contains("not a logit"));
  CHECK_THROWS_WITH(brier(Values{-.5}, Values{1}), Contains("not a logit"));
  CHECK_THROWS_WITH(multilabel_metrics(Values{.1, .2, .3}, Values{0, 1, 0}, 2), Contains("do not make rows of 2"));
  CHECK_THROWS_WITH(multilabel_metrics(Values{.1}, Values{0}, 0), Contains("do not make rows of 0"));
  CHECK_THROWS_WITH(multilabel_metrics(Values{.1}, Values{0}, 1, Values{.5, .5}),
                    Contains("2 thresholds for 1 labels"));
  const std::vector<int64_t> two{2}, minus{-1}, none;
  CHECK_THROWS_WITH(multiclass_metrics(Values{.4, .6}, two, 2), Contains("target 0 is 2"));
  CHECK_THROWS_WITH(multiclass_metrics(Values{.4, .6}, minus, 2), Contains("target 0 is -1"));
  CHECK_THROWS_WITH(multiclass_metrics(Values{}, none, 2), Contains("no samples"));
  CHECK_THROWS_WITH(multiclass_metrics(Values{.4, unknown}, std::vector<int64_t>{1}, 2), Contains("score 1 is nan"));
  CHECK_THROWS_WITH(multiclass_metrics(Values{.4, 2}, std::vector<int64_t>{1}, 2), Contains("not a logit"));
}

TEST_CASE("thresholds are one a class and count from score >= threshold") {
  const Values scores{.2, .9, .3, .1}, targets{1, 1, 0, 0};  // two samples, two labels
  const Values thresholds{.2, .95};
  const MultilabelMetrics m = multilabel_metrics(scores, targets, 2, thresholds);
  CHECK(m.precision[0] == .5);
  CHECK(m.recall[1] == 0);
  CHECK(m.specificity[0] == 0);
  CHECK(m.specificity[1] == 1);
  CHECK(m.subset_accuracy == 0);
  CHECK(m.hamming_loss == .5);
  const Counts counts = count(Values{.2, .3}, Values{1, 0}, .2);  // those of the first
  CHECK(counts.true_positives == 1);
  CHECK(counts.false_positives == 1);
  CHECK(counts.size() == 2);
}

TEST_CASE("a class without a known label is undefined and leaves the means") {
  const MultilabelMetrics m = multilabel_metrics(Values{.9, .5, .1, .5}, Values{1, unknown, 0, unknown}, 2);
  CHECK(m.known == std::vector<int64_t>{2, 0});
  CHECK(std::isnan(m.ap[1]));
  CHECK(std::isnan(m.f1[1]));
  CHECK(std::isnan(m.subset_accuracy));  // no row is known in full
  CHECK(std::isnan(brier(Values{.5, .5}, Values{unknown, unknown})));
  CHECK(std::isnan(calibration_error(Values{.5, .5}, Values{unknown, unknown})));
  CHECK(macro_mean(m.ap).value == 1);
  CHECK(macro_mean(m.ap).defined == 1);
  CHECK(macro_mean(m.ap).classes == 2);
}

TEST_CASE("a threshold is tuned from five positives on, half-way between two scores") {
  const Values scores{.1, .2, .3, .4, .5, .05}, four{1, 1, 1, 1, 0, 0}, five{1, 1, 1, 1, 1, 0};
  CHECK_FALSE(tune_threshold(ranking_table(scores, four)).tuned());
  CHECK(tune_threshold(ranking_table(scores, four)).value == .5);
  CHECK(tune_threshold(ranking_table(scores, five)).tuned());
  CHECK(tune_threshold(ranking_table(scores, five)).value == Approx(.075));
  CHECK_FALSE(tune_threshold(ranking_table(scores, Values(6, 0.0))).tuned());
  CHECK_FALSE(tune_threshold(ranking_table(scores, Values(6, 1.0))).tuned());  // no negative: nothing to choose by
  CHECK(tune_threshold(ranking_table(Values{.2, .3, .3, .3, .3, .1}, Values{1, 1, 1, 1, 1, 0})).value == Approx(.15));
  // neighbours have no number between them
  const double above = std::nextafter(.3, 1);
  CHECK(tune_threshold(ranking_table(Values{above, above, above, above, above, .3}, five)).value == above);
  // the lowest score of all
  CHECK(tune_threshold(ranking_table(Values{.2, .9, .2, .2, .2, .3}, Values{1, 1, 1, 1, 1, 0})).value == Approx(.1));
}
