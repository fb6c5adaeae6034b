// Every signal at every stage of a run: it ends soon with 128 + the signal's number, nothing is half-written, and the
// run that goes on ends with the bytes of one that was not stopped.
#include <catch2/catch.hpp>
#include <chrono>
#include <csignal>

#include "tests/apps/training/tiny_set.h"

using namespace skew;
using Catch::Contains;

namespace {

const std::string checkpoint = "weights/last.safetensors";
const std::string how = tiny_run + "--epochs 8 --augment flip,rotate --ema .9 --project runs --name ";

// A stage has begun when its file is there; "": the data are still being read.
struct Stage {
  const char *name, *file;
};
const Stage stages[] = {{"reading the data", ""},           {"first lines", "args.toml"},
                        {"first step", "train_batch0.svg"}, {"first checkpoint", "weights/last.safetensors"},
                        {"report of an epoch", "val"},      {"best weights", "weights/best.safetensors"},
                        {"a later step", "results.csv"}};

}  // namespace

TEST_CASE("a signal at any stage ends the run in order, and it goes on to the same bytes") {
  const ScratchFolder folder;
  write_tiny_set(folder);
  REQUIRE(skew_in(folder, how + "whole").code == 0);
  const std::string expected = contents_of(folder.path() / "runs/whole" / checkpoint);
  for (const Stage& stage : stages)
    for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGKILL}) {
      CAPTURE(stage.name, signal);
      const bool reading = !*stage.file;
      const std::string run = "runs/r";
      const auto start = std::chrono::steady_clock::now();
      const int code =
          reading ? interrupted_run(folder, "train --data synth:shapes14 --model resnet50 -q --project runs --name r",
                                    signal, 30000)
                  : interrupted_run(folder, how + "r", signal, run + "/" + stage.file);
      CHECK((code == 128 + signal || (code == 0 && !reading)));  // it may have been through
      CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(60));
      if (code != 0 && !reading && signal != SIGKILL)
        CHECK_THAT(contents_of(folder.path() / run / "log.txt"), Contains("stop   signal " + std::to_string(signal)));
      if (reading) CHECK_FALSE(std::filesystem::exists(folder.path() / run));
      if (std::filesystem::exists(folder.path() / run) && !std::filesystem::exists(folder.path() / run / checkpoint))
        CHECK(skew_in(folder, how + "r").code == 0);  // nothing was kept: the name is free
      if (std::filesystem::exists(folder.path() / run / checkpoint)) {
        const Outcome resumed = skew_in(folder, "train --resume " + run + " -q --threads 1");
        INFO(resumed.err);
        CHECK(resumed.code == 0);
        CHECK((contents_of(folder.path() / run / checkpoint) == expected));
      }
      std::filesystem::remove_all(folder.path() / run);
    }
}

TEST_CASE("a run outlives its terminal when asked to") {
  const ScratchFolder folder;
  write_tiny_set(folder);
  const auto before = std::signal(SIGHUP, SIG_IGN);  // as nohup does; the child inherits it
  const int code = interrupted_run(folder, how + "r", SIGHUP, "runs/r/train_batch0.svg");
  std::signal(SIGHUP, before);
  CHECK(code == 0);
}
