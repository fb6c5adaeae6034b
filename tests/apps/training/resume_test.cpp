// Exact resume: a run that was stopped anywhere and continued ends with the same bytes as one that was not.
#include <catch2/catch.hpp>

#include "apps/training/folder_lock.h"
#include "core/random.h"
#include "tests/apps/training/tiny_set.h"

using namespace skew;
using Catch::Contains;

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

// The last epoch's checkpoint and the one that ends the run differ in the flag `finished` alone, the last of
// state/counters: with it taken back, the file is that of a run killed in the moment between them.
TEST_CASE("killed between the last epoch's checkpoint and the final one: thresholds and calibration are kept") {
  const std::string how =
      GENERATE("--epochs 2 --ema .9", "--epochs 9 --patience 1 --lr 1e-12");  // patience ends it, too
  INFO(how);
  const ScratchFolder folder;
  write_tiny_set(folder, 192);
  REQUIRE(skew_in(folder, "data split set --seed 3 -o mine.csv").code == 0);  // positives of every class in val
  REQUIRE(skew_in(folder, tiny_run + how + " --split-file mine.csv --project runs --name r").code == 0);
  const std::string path = (folder.path() / "runs/r" / last).string(), expected = contents_of(path);
  {
    const SafetensorsFile file = SafetensorsFile::read(path);
    CHECK_THAT(file.metadata().at("thresholds"), Catch::Contains("\"val\""));
    CHECK_THAT(file.metadata().at("calibration"), Catch::Contains("\"method\""));
    std::vector<StoredTensor> tensors = file.tensors();
    write_safetensors(path, tensors, file.metadata());
    REQUIRE((contents_of(path) == expected));  // writing what was read changes nothing
    const std::span<const uint8_t> counters = file.find("state/counters").bytes;
    std::vector<uint8_t> running(counters.begin(), counters.end());
    REQUIRE(running[running.size() - 8] == 1);  // little-endian int64: finished
    running[running.size() - 8] = 0;
    for (StoredTensor& t : tensors)
      if (t.name == "state/counters") t.bytes = running;
    write_safetensors(path, tensors, file.metadata());
  }
  REQUIRE((contents_of(path) != expected));
  const Outcome resumed = skew_in(folder, "train --resume runs/r -q --threads 1");
  INFO(resumed.err);
  CHECK(resumed.code == 0);
  CHECK((contents_of(path) == expected));
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
  for (const char* other : {"--set lambda=1.7", "-c other.toml"}) {
    folder.write("other.toml", "lr = 0.02\n");
    const Outcome refused = skew_in(folder, std::string("train --resume runs/r ") + other);
    INFO(other);
    CHECK(refused.code == 2);
    CHECK_THAT(refused.err, Catch::Contains("a resumed run keeps its settings"));
  }
  const Outcome threads = skew_in(folder, "train --resume runs/r --threads 2");
  CHECK(threads.code == 2);
  CHECK_THAT(threads.err, Catch::Contains("--threads 1") && Catch::Contains("--allow-inexact"));
  const std::string environment = contents_of(folder.path() / "runs/r/env.json");
  folder.write("runs/r/env.json", R"({"skew": "0.0.1", "cpu": "another"})");
  const Outcome elsewhere = skew_in(folder, "train --resume runs/r --threads 1");
  CHECK(elsewhere.code == 2);
  CHECK_THAT(elsewhere.err,
             Catch::Contains("the run began with cpu \"another\", now") && Catch::Contains("--allow-inexact"));
  CHECK(skew_in(folder, "train --resume runs/r -q --threads 1 --allow-inexact").code == 0);
  folder.write("runs/r/env.json", environment);
  const Outcome missing = skew_in(folder, "train --resume runs/nothing");
  CHECK(missing.code == 1);
  CHECK_THAT(missing.err, Catch::Contains("runs/nothing"));
}

TEST_CASE("a run does not go on with labels that were edited, nor beside another process") {
  const ScratchFolder folder;
  write_tiny_set(folder);
  REQUIRE(interrupted_run(folder, tiny_run + "--epochs 4000 --project runs --name r", SIGTERM, "runs/r/" + last) ==
          128 + SIGTERM);
  {
    const FolderLock held((folder.path() / "runs/r").string());
    const Outcome o = skew_in(folder, "train --resume runs/r -q --threads 1");
    CHECK(o.code == 1);
    CHECK_THAT(o.err, Contains("runs/r: another skew is writing to this folder"));
  }
  std::string labels = contents_of(folder.path() / "set/labels.csv");
  labels.replace(labels.find("train,0"), 7, "train,1");
  folder.write("set/labels.csv", labels);
  const Outcome o = skew_in(folder, "train --resume runs/r -q --threads 1");
  CHECK(o.code == 1);
  CHECK_THAT(o.err, Contains("labels of set are not those that this run began with") && Contains("train anew"));
  CHECK(skew_in(folder, "train --resume runs/r -q --threads 1 --allow-inexact").code == 1);
}

TEST_CASE("a finished run says how to go on from its weights, and that works") {
  const ScratchFolder folder;
  write_tiny_set(folder);
  REQUIRE(skew_in(folder, tiny_run + "--epochs 1 --name r").code == 0);
  const std::string said = skew_in(folder, "train --resume runs/r").err;
  const size_t begin = said.find("`skew "), end = said.find('`', begin + 1);
  REQUIRE(end != said.npos);
  const Outcome more = skew_in(folder, said.substr(begin + 6, end - begin - 6));
  INFO(said << more.err);
  CHECK(more.code == 0);
  CHECK(std::filesystem::exists(folder.path() / "runs/r-more/weights/last.safetensors"));
}
