// Exact resume: a run that was stopped anywhere and continued ends with the same bytes as one that was not.
#include <catch2/catch.hpp>

#include "core/random.h"
#include "tests/apps/training/tiny_set.h"

using namespace skew;

namespace {

const std::string last = "weights/last.safetensors";

}  // namespace

TEST_CASE("a run stopped at random moments and resumed ends with the same bytes") {
  const ScratchFolder folder;
  write_tiny_set(folder);
  const std::string run = tiny_run + "--epochs 6 --augment flip,crop,rotate --ema .9 --project runs --name ";
  REQUIRE(skew_in(folder, run + "whole").code == 0);
  const std::string expected = contents_of(folder.path() / "runs/whole" / last);
  const std::string best = contents_of(folder.path() / "runs/whole/weights/best.safetensors");
  REQUIRE(expected.size() > 1000);
  const int points = std::getenv("SKEW_LONG") && *std::getenv("SKEW_LONG") ? 200 : 20;
  int stopped = 0;
  Generator random(1);
  for (int k = 0; k < points; ++k) {
    const std::string name = "part" + std::to_string(k), path = "runs/" + name;
    const int signal = k % 3 == 0 ? SIGTERM : k % 3 == 1 ? SIGKILL : SIGINT;
    const int code = interrupted_run(folder, run + name, signal, 5000 + random.below(250000));
    INFO(name << " code " << code);
    CHECK((code == 0 || code == 143 || code == 130 || code == 128 + SIGKILL));
    stopped += code != 0;
    if (!std::filesystem::exists(folder.path() / path / last)) continue;  // killed before the first checkpoint
    const Outcome resumed = skew_in(folder, "train --resume " + path + " -q --threads 1");
    INFO(resumed.err);
    CHECK(resumed.code == 0);
    CHECK((contents_of(folder.path() / path / last) == expected));
    CHECK((contents_of(folder.path() / path / "weights/best.safetensors") == best));
    std::filesystem::remove_all(folder.path() / path);
  }
  std::printf("resume: %d of %d runs were stopped before their end\n", stopped, points);
  CHECK(stopped >= points / 4);
}

TEST_CASE("the number of workers changes nothing") {
  const ScratchFolder folder;
  write_tiny_set(folder);
  std::string first;
  for (const char* workers : {"0", "1", "2", "7"}) {
    REQUIRE(skew_in(folder, tiny_run + "--epochs 2 --project runs --name w" + workers + " -j " + workers).code == 0);
    const std::string bytes = contents_of(folder.path() / ("runs/w" + std::string(workers)) / last);
    if (first.empty()) first = bytes;
    CHECK((bytes == first));
  }
}

TEST_CASE("a resumed run keeps its settings, its history and its thread count") {
  const ScratchFolder folder;
  write_tiny_set(folder);
  REQUIRE(skew_in(folder, tiny_run + "--epochs 2 --project runs --name r").code == 0);
  CHECK(skew_in(folder, "train --resume runs/r -q --threads 1").code == 0);  // finished: nothing to do
  const Outcome lr = skew_in(folder, "train --resume runs/r --lr 5");
  CHECK(lr.code == 2);
  CHECK_THAT(lr.err, Catch::Contains("a resumed run keeps its settings"));
  const Outcome threads = skew_in(folder, "train --resume runs/r --threads 2");
  CHECK(threads.code == 2);
  CHECK_THAT(threads.err, Catch::Contains("--threads 1") && Catch::Contains("--allow-inexact"));
  const Outcome missing = skew_in(folder, "train --resume runs/nothing");
  CHECK(missing.code == 1);
  CHECK_THAT(missing.err, Catch::Contains("runs/nothing"));
}
