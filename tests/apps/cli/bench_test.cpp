// skew bench and skew info: the keys other programs read, the losses' common input, and the tables.
#include <catch2/catch.hpp>
#include <cmath>
#include <nlohmann/json.hpp>

#include "apps/cli/repeated_timing.h"
#include "losses/table/loss_table.h"
#include "models/networks/network_table.h"
#include "tests/apps/cli/run_program.h"

using namespace skew;
using Catch::Matchers::Contains;
using nlohmann::json;

namespace {

std::vector<json> json_lines(const std::string& s) {
  std::vector<json> out;
  std::istringstream in(s);
  for (std::string line; std::getline(in, line);) out.push_back(json::parse(line));
  return out;
}

}  // namespace

TEST_CASE("a measurement of a step has the keys that comparisons read") {
  const ScratchFolder folder;
  for (const std::string mode : {"train", "infer"}) {
    const Outcome o = skew_in(
        folder, std::string("bench ") + (mode == "train" ? "--train" : "") +
                    " --model small_cnn --img-size 8 -b 2,3 --threads 1 --dtype float --steps 2 --warmup 0 --json");
    REQUIRE(o.code == 0);
    const auto lines = json_lines(o.out);
    REQUIRE(lines.size() == 2);
    CHECK(lines[1]["batch"] == 3);
    const json& a = lines[0];
    CHECK(a["framework"] == "skew");
    CHECK(a["model"] == "small_cnn");
    CHECK(a["img_size"] == 8);
    CHECK(a["batch"] == 2);
    CHECK(a["dtype"] == "float");
    CHECK(a["compile"] == false);
    CHECK(a["threads"] == 1);
    CHECK(a["mode"] == mode);
    CHECK(a["steps"] == 2);
    CHECK(a.contains("layout"));
    CHECK(a["version"].is_string());
    CHECK(a["min_ms"] > 0);
    CHECK(a["median_ms"] >= a["min_ms"]);
    CHECK(a["peak_rss_mib"] > 5);
  }
}

TEST_CASE("value and gradient of bce on the common input equal the formula's in double") {
  const ScratchFolder folder;
  const Outcome o = skew_in(folder, "bench --loss bce --shape 64,14 --threads 1 --steps 1 --warmup 0 --json");
  REQUIRE(o.code == 0);
  const json line = json_lines(o.out).at(0);
  auto mix = [](uint32_t i) {
    i *= 2654435761u;
    i ^= i >> 15;
    i *= 2246822519u;
    return i ^ (i >> 13);
  };
  double value = 0, gradient = 0;
  const uint32_t n = 64 * 14;
  for (uint32_t i = 0; i < n; ++i) {
    const uint32_t h = mix(i);
    const double x = (double(h & 255) + (h >> 8 & 255) + (h >> 16 & 255) + (h >> 24) - 510) / 148;
    const bool y = mix(i + n) % 10 == 0;
    value += std::log1p(std::exp(y ? -x : x)) / n;
    gradient += std::abs(1 / (1 + std::exp(-x)) - y) / n;
  }
  CHECK(double(line["value"]) == Approx(value).epsilon(1e-6));
  CHECK(double(line["grad_abs_sum"]) == Approx(gradient).epsilon(1e-6));
  CHECK(line["shape"] == std::vector<int>{64, 14});
  CHECK(line["mode"] == "loss");
  CHECK(line["loss"] == "bce");
}

TEST_CASE("--loss all measures every loss") {
  const ScratchFolder folder;
  const Outcome o = skew_in(folder, "bench --loss all --shape 4,3 --steps 1 --warmup 0 --json");
  REQUIRE(o.code == 0);
  std::vector<std::string> seen;
  for (const json& line : json_lines(o.out)) {
    seen.push_back(line["loss"]);
    CHECK(std::isfinite(double(line["value"])));
  }
  CHECK(seen == loss_names());
}

TEST_CASE("tables for people") {
  const ScratchFolder folder;
  CHECK_THAT(skew_in(folder, "bench --model small_cnn --img-size 8 -b 2 --steps 1").out,
             Contains("images/s") && Contains("inference"));
  CHECK_THAT(skew_in(folder, "bench --loss ral --shape 4,3 --steps 1").out, Contains("ns/element"));
  const Outcome layers = skew_in(folder, "bench --train --model small_cnn --img-size 8 -b 2 --steps 2 --per-layer");
  CHECK(layers.code == 0);
  CHECK_THAT(layers.out, Contains("features.0") && Contains("conv2d") && Contains("bce") &&
                             Contains("sum of the ops") && Contains("optimiser") && Contains("whole step"));
}

TEST_CASE("images too small for a network are an error that names the smallest size") {
  const ScratchFolder folder;
  for (const char* arguments : {"bench --model resnet18 --img-size 4", "info resnet18 --img-size 4"}) {
    const Outcome o = skew_in(folder, arguments);
    CHECK(o.code != 0);
    CHECK_THAT(o.err, Contains("resnet18: expected images of at least 8×8 pixels, got 4×4"));
  }
}

TEST_CASE("info lists networks, losses and ops; of a network its layers") {
  const ScratchFolder folder;
  const Outcome all = skew_in(folder, "info");
  CHECK(all.code == 0);
  for (const NetworkInfo& n : networks()) CHECK_THAT(all.out, Contains(n.name));
  for (const std::string& name : loss_names()) CHECK_THAT(all.out, Contains(name));
  CHECK_THAT(all.out, Contains("threads   1") && Contains("conv2d"));
  const Outcome one = skew_in(folder, "info small_cnn --img-size 28 --classes 10");
  CHECK(one.code == 0);
  CHECK_THAT(one.out, Contains("features.0") && Contains("94,762"));  // 93,472 + 129 × 10
}

TEST_CASE("the number of timed runs follows the arguments") {
  int runs = 0;
  const auto count = [&] { ++runs; };
  CHECK(repeat({.steps = 7, .warmup = 0}, count).steps == 7);
  CHECK(runs == 7);
  runs = 0;
  CHECK(repeat({.warmup = 0, .seconds = 0}, count).steps == 5);  // never fewer, and one warm-up to estimate from
  CHECK(runs == 6);
  CHECK(repeat({.warmup = 1, .seconds = 1, .most = 9}, count).steps == 9);
}
