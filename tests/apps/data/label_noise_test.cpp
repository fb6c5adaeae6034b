// Dropped positives: how many, which, and what must stay.
#include "apps/data/label_noise.h"
#include "apps/data/open_data.h"

#include <catch2/catch.hpp>

#include "core/error.h"

using namespace skew;

TEST_CASE("positives go missing at the asked rate, nested, and never in test") {
  const int64_t n = 6000, classes = 2;
  std::vector<float> whole(size_t(n * classes));
  std::vector<Split> splits;
  for (int64_t i = 0; i < n; ++i) {
    splits.push_back(Split(i % 3));
    whole[size_t(2 * i)] = 1;
    whole[size_t(2 * i + 1)] = i == 0 ? 1 : i % 2 ? 0 : NAN;  // one training image of the rare class
  }
  std::vector<float> quarter = whole, most = whole, again = whole;
  const int64_t dropped = drop_positives(quarter, splits, classes, .25, 7);
  CHECK(double(dropped) == Approx(.25 * 4000).margin(4 * 27.4));  // four standard deviations
  drop_positives(most, splits, classes, .99, 7);
  CHECK(drop_positives(again, splits, classes, .25, 8) != 0);
  int64_t counted = 0, same = 0;
  for (size_t i = 0; i < whole.size(); ++i) {
    const bool unknown = std::isnan(whole[i]), gone = whole[i] == 1 && quarter[i] == 0;
    REQUIRE(std::isnan(quarter[i]) == unknown);
    if (unknown) continue;
    if (splits[i / 2] == Split::test) REQUIRE(most[i] == whole[i]);
    if (whole[i] == 0) REQUIRE(quarter[i] == 0);
    if (gone) REQUIRE(most[i] == 0);
    counted += gone, same += gone && again[i] == 0;
  }
  CHECK(counted == dropped);
  CHECK(same < counted / 2);  // another seed, other labels
  CHECK(most[1] == 1);        // the class keeps its last training image
}

TEST_CASE("a data set is opened with missing labels") {
  DataOptions half;
  half.label_noise = .5;
  const auto clean = open_data("synth:shapes14"), noisy = open_data("synth:shapes14", half);
  CHECK(clean->dropped_positives() == 0);
  CHECK(noisy->dropped_positives() > 0);
  const auto before = clean->class_counts(Split::train), after = noisy->class_counts(Split::train);
  for (size_t c = 0; c < before.size(); ++c) {
    CHECK(after[c] < before[c]);
    CHECK(after[c] > 0);
  }
  CHECK(clean->class_counts(Split::test) == noisy->class_counts(Split::test));
}
