// Splits: ratios, shares of every class, patients kept together.
#include "apps/data/split.h"
#include "apps/data/open_data.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <map>
#include <set>

#include "core/error.h"
#include "core/random.h"
#include "tests/apps/data/scratch_folder.h"
#include "tests/apps/data/shared_data.h"

using namespace skew;

TEST_CASE("ratios are parsed and refused") {
  CHECK(parse_ratio("70/10/20").share == std::array<double, 3>{70, 10, 20});
  CHECK(parse_ratio(".8/0/.2").share == std::array<double, 3>{0.8, 0, 0.2});
  for (const char* bad : {"", "70", "70/10/20/5", "a/b/c", "70/-1/20", "0/1/1", "70//20", "70/10/nan", "inf/1/1",
                          "70/10/20 ", "80/20", "70/20/20", "7/1/2", "0.7/10/20"}) {
    INFO(bad);
    CHECK(message_of<UsageError>([&] { parse_ratio(bad); }).find("expected train/val/test that sum to 100 or to 1") !=
          std::string::npos);
  }
}

TEST_CASE("groups stay whole, sizes and rare classes keep their shares, the seed decides") {
  Generator random(3);
  const int64_t n = 4000, classes = 6;
  std::vector<std::string> groups;
  std::vector<float> targets;
  for (int64_t i = 0; i < n; ++i) {
    groups.push_back(i % 10 == 0 ? "" : std::to_string(random.below(900)));
    for (int64_t c = 0; c < classes; ++c)
      targets.push_back(random.uniform() < 0.4 / std::pow(3.0, double(c)) ? 1.0f : 0.0f);
  }
  const auto split = stratified_split(groups, targets, classes, n, {}, 7);
  std::map<std::string, std::set<Split>> seen;
  std::array<int64_t, 3> images{};
  std::vector<std::array<double, 3>> positives(size_t(classes), {0, 0, 0});
  for (int64_t i = 0; i < n; ++i) {
    if (!groups[size_t(i)].empty()) seen[groups[size_t(i)]].insert(split[size_t(i)]);
    ++images[size_t(split[size_t(i)])];
    for (int64_t c = 0; c < classes; ++c)
      positives[size_t(c)][size_t(split[size_t(i)])] += targets[size_t(i * classes + c)];
  }
  for (const auto& [name, splits] : seen) CHECK(splits.size() == 1);
  CHECK(std::abs(images[0] - 2800) <= 8);
  CHECK(std::abs(images[1] - 400) <= 8);
  for (const auto& p : positives) {
    const double total = p[0] + p[1] + p[2];
    CHECK(std::abs(p[0] - 0.7 * total) <= 4);
    CHECK(std::abs(p[1] - 0.1 * total) <= 4);
  }
  CHECK(split == stratified_split(groups, targets, classes, n, {}, 7));
  CHECK(split != stratified_split(groups, targets, classes, n, {}, 8));
  CHECK_THROWS_AS(stratified_split(groups, targets, classes + 1, n, {}, 7), ValueError);
}

TEST_CASE("rare classes are dealt first: their shares are exact where a common one is in every image") {
  std::vector<float> targets;
  for (int k = 0; k < 200; ++k) {
    targets.push_back(1);
    targets.push_back(k % 10 == 0 ? 1.0f : 0.0f);
  }
  for (uint64_t seed = 0; seed < 10; ++seed) {
    const auto split = stratified_split({}, targets, 2, 200, {}, seed);
    std::array<int64_t, 3> images{}, rare{};
    for (size_t i = 0; i < split.size(); ++i) {
      ++images[size_t(split[i])];
      rare[size_t(split[i])] += targets[2 * i + 1] == 1;
    }
    CAPTURE(seed);
    CHECK(images == std::array<int64_t, 3>{140, 20, 40});
    CHECK(rare == std::array<int64_t, 3>{14, 2, 4});
  }
}

TEST_CASE("classes of a few images: each share is right to within one image, and so is the total") {
  for (const auto& [classes, each] : {std::pair{250, 4}, {100, 1}, {90, 3}, {60, 7}, {3, 1000}}) {
    const int64_t n = classes * each;
    std::vector<float> targets(size_t(n * classes));
    for (int64_t i = 0; i < n; ++i) targets[size_t(i * classes + i / each)] = 1;
    const auto split = stratified_split({}, targets, classes, n, {}, 5);
    std::array<double, 3> images{};
    std::vector<std::array<double, 3>> of_class(size_t(classes), {0, 0, 0});
    for (int64_t i = 0; i < n; ++i) {
      ++images[size_t(split[size_t(i)])];
      ++of_class[size_t(i / each)][size_t(split[size_t(i)])];
    }
    double total = 0, worst = 0;  // deviations from the shares
    for (size_t s = 0; s < 3; ++s) {
      const double share = std::array{.7, .1, .2}[s];
      total = std::max(total, std::abs(images[s] - share * double(n)));
      for (const auto& counts : of_class) worst = std::max(worst, std::abs(counts[s] - share * each));
    }
    CAPTURE(classes, each);
    CHECK(total <= 1);
    CHECK(worst < 1 + 1e-9);
  }
}

TEST_CASE("images without a patient are divided one by one") {
  std::vector<std::string> groups(100);
  for (size_t i = 0; i < 20; ++i) groups[i] = "ann";
  const auto split = stratified_split(groups, std::vector<float>(100, 1), 1, 100, {}, 0);
  std::array<int64_t, 3> images{};
  for (const Split s : split) ++images[size_t(s)];
  CHECK(images == std::array<int64_t, 3>{70, 10, 20});
}

TEST_CASE("a share of zero gets nothing, and small sets work") {
  const std::vector<float> targets = {1, 0, 1};
  for (const Split s : stratified_split({}, targets, 1, 3, {{1, 0, 0}}, 0)) CHECK(s == Split::train);
  CHECK(stratified_split({}, {}, 1, 0, {}, 0).empty());
}

TEST_CASE("a set without val gives up 10 % of train, by patient") {
  const ScratchFolder folder;
  folder.png("a.png", 4, 4);
  std::string table = "path,split,patient,y\n";
  for (int k = 0; k < 300; ++k) {
    std::filesystem::copy_file(folder.path() / "a.png", folder.path() / (std::to_string(k) + ".png"));
    table += std::to_string(k) + ".png," + (k < 200 ? "train" : "test") + "," + std::to_string(k / 3 + (k >= 200)) +
             "," + (k % 5 ? "0" : "1") + "\n";
  }
  folder.write("labels.csv", table);
  const auto data = open_data(folder.str());
  CHECK(data->split_note().find(" train images, 10 %, grouped by patient, stratified, seed 0") != std::string::npos);
  CHECK(std::abs(int(data->indices(Split::val).size()) - 20) <= 3);
  CHECK(data->indices(Split::test).size() == 100);
  CHECK(std::abs(int(data->class_counts(Split::val)[0]) - 4) <= 1);
}

TEST_CASE("patients that are all blank do not group, and the note says so") {
  const ScratchFolder folder;
  std::string table = "path,patient_id,y\n";
  for (int k = 0; k < 10; ++k) {
    folder.png(std::to_string(k) + ".png", 4, 4);
    table += std::to_string(k) + ".png,," + (k % 2 ? "1\n" : "0\n");
  }
  folder.write("labels.csv", table);
  const auto data = open_data(folder.str());
  CHECK_FALSE(data->has_patients());
  CHECK(data->split_note().find("grouped by patient") == std::string::npos);
  CHECK(data->split_note().find("every patient is blank") != std::string::npos);
}

TEST_CASE("the NIH table is divided in all its size") {
  const std::string src = shared_data("split", "nih_cxr14_all_labels.csv.gz");
  if (src.empty()) return;
  DataOptions options;
  options.lenient = true;
  const auto data = open_data(src, options);
  std::map<std::string, Split> of;
  for (int64_t i = 0; i < data->size(); ++i)
    REQUIRE(of.try_emplace(data->patient(i), data->split_of(i)).first->second == data->split_of(i));
  CHECK(of.size() == 30805);
  CHECK(std::abs(int(data->indices(Split::train).size()) - 78484) < 20);
  double worst = 0;
  for (size_t c = 0; c < 14; ++c) {
    double total = 0;
    for (const Split s : {Split::train, Split::val, Split::test}) total += double(data->class_counts(s)[c]);
    worst = std::max(worst, std::abs(double(data->class_counts(Split::val)[c]) - total / 10));
    worst = std::max(worst, std::abs(double(data->class_counts(Split::test)[c]) - total / 5));
  }
  std::printf("NIH table: largest deviation of a class from its share %.1f images\n", worst);
  CHECK(worst < 20);
}
