// The order of an epoch by each sampler: repeatable, complete, in the promised proportions.
#include "apps/data/sampler.h"
#include "apps/data/open_data.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <map>

#include "core/error.h"
#include "tests/apps/data/scratch_folder.h"

using namespace skew;

namespace {

std::map<int64_t, int64_t> counts(const std::vector<int64_t>& order) {
  std::map<int64_t, int64_t> out;
  for (const int64_t i : order) ++out[i];
  return out;
}

}  // namespace

TEST_CASE("uniform: each image once, another order in every epoch and seed") {
  const auto data = open_data("synth:shapes14:200/10/10");
  const auto& train = data->indices(Split::train);
  const Sampler sampler(*data, train, {}, 1);
  CHECK(sampler.size() == 200);
  auto order = sampler.order(0);
  CHECK(order == Sampler(*data, train, {}, 1).order(0));
  CHECK(order != sampler.order(1));
  CHECK(order != Sampler(*data, train, {}, 2).order(0));
  std::sort(order.begin(), order.end());
  CHECK(order == train);
}

TEST_CASE("class-aware: every class, and the images without any, take turns") {
  const auto data = open_data("synth:shapes14");
  const Sampler sampler(*data, data->indices(Split::train), {SamplerKind::class_aware}, 0);
  const auto order = sampler.order(3);
  CHECK(order.size() == 2800);
  std::vector<int64_t> shown(15);
  for (const int64_t i : order) {
    CHECK(data->split_of(i) == Split::train);
    bool none = true;
    for (size_t c = 0; c < 14; ++c)
      if (data->target(i)[c] == 1) ++shown[c], none = false;
    shown[14] += none;
  }
  for (const int64_t n : shown) CHECK(n >= 2800 / 15 - 1);
  CHECK(shown[14] <= 2800 / 15 + 1);
  CHECK(order == sampler.order(3));
  CHECK(order != sampler.order(4));
}

TEST_CASE("repeat-factor: r = max over positives of max(1, sqrt(t / f)), on average over epochs") {
  const auto data = open_data("synth:shapes14");
  const auto& train = data->indices(Split::train);
  const Sampler sampler(*data, train, {SamplerKind::repeat_factor, 0.05}, 0);
  const auto positives = data->class_counts(Split::train);
  double sum = 0;
  for (size_t k = 0; k < train.size(); ++k) {
    double want = 1;
    for (size_t c = 0; c < 14; ++c)
      if (data->target(train[k])[c] == 1) want = std::max(want, std::sqrt(0.05 * 2800 / double(positives[c])));
    CHECK(sampler.repeats()[k] == Approx(want));
    sum += want;
  }
  CHECK(sampler.size() == int64_t(sum));
  std::vector<double> mean(train.size());
  for (int64_t epoch = 0; epoch < 200; ++epoch) {
    const auto order = sampler.order(epoch);
    REQUIRE(int64_t(order.size()) == sampler.size());
    const auto seen = counts(order);
    for (size_t k = 0; k < train.size(); ++k) {
      const auto found = seen.find(train[k]);
      const double n = found == seen.end() ? 0 : double(found->second);
      REQUIRE(n <= std::ceil(sampler.repeats()[k]));
      mean[k] += n / 200;
    }
  }
  double worst = 0;
  for (size_t k = 0; k < train.size(); ++k) worst = std::max(worst, std::abs(mean[k] - sampler.repeats()[k]));
  CHECK(worst < 0.2);  // 5 standard errors of a fair coin over 200 epochs
}

TEST_CASE("repeat-factor: the only rare image of a small set does come twice") {
  const ScratchFolder folder;
  std::string table = "path,split,y\n";
  for (int k = 0; k < 4; ++k) {
    folder.png(std::to_string(k) + ".png", 4, 4, 1, k);
    table += std::to_string(k) + ".png,train," + (k == 0 ? "1\n" : "0\n");
  }
  folder.png("v.png", 4, 4);
  folder.write("labels.csv", table + "v.png,val,0\n");
  const auto data = open_data(folder.str());
  const auto& train = data->indices(Split::train);
  const Sampler sampler(*data, train, {SamplerKind::repeat_factor, 2.25 / 4}, 0);
  REQUIRE(sampler.repeats()[0] == Approx(1.5));
  int twice = 0;
  for (int64_t epoch = 0; epoch < 400; ++epoch) twice += counts(sampler.order(epoch))[train[0]] == 2;
  CHECK(twice > 60);  // drawn in half of the epochs; one place of five is cut off then: .5 · .6 of 400 are left
}

TEST_CASE("positives in an order count an image as often as it stands there") {
  const auto data = open_data("synth:shapes14:200/10/10");
  const std::vector<int64_t>& train = data->indices(Split::train);
  std::vector<int64_t> once(14);
  for (const int64_t i : train)
    for (size_t c = 0; c < 14; ++c) once[c] += data->target(i)[c] == 1;
  CHECK(positives_in(*data, Sampler(*data, train, {}, 1).order(0)) == once);
  const std::vector<int64_t> twice = positives_in(*data, {train[0], train[0]});
  for (size_t c = 0; c < 14; ++c) CHECK(twice[c] == (data->target(train[0])[c] == 1 ? 2 : 0));
}

TEST_CASE("words and ranges") {
  auto parsed = [](const std::string& word) {
    SamplerKind kind{};
    set_field({"", "sampler"}, kind, word, finite());
    return kind;
  };
  CHECK(parsed("repeat-factor") == SamplerKind::repeat_factor);
  CHECK(field_text(SamplerKind::class_aware) == "class-aware");
  CHECK(message_of<ValueError>([&] { parsed("class-awar"); }).find("did you mean 'class-aware'?") != std::string::npos);
  const auto data = open_data("synth:shapes14:20/0/0");
  CHECK_THROWS_AS(Sampler(*data, data->indices(Split::train), {SamplerKind::repeat_factor, 0}, 0), ValueError);
  CHECK_THROWS_AS(Sampler(*data, data->indices(Split::test), {}, 0), ValueError);
}
