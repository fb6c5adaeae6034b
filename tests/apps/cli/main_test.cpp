// The program itself: its screens, its words, its exit codes.
#include <catch2/catch.hpp>

#include "tests/apps/cli/run_program.h"

using namespace skew;
using Catch::Matchers::Contains;

TEST_CASE("skew alone and its help") {
  const ScratchFolder folder;
  const Outcome alone = skew_in(folder, "");
  CHECK(alone.code == 0);
  CHECK_THAT(alone.out,
             Contains("skew train --data synth:shapes14") && Contains("skew predict") && Contains("skew loss plot"));
  const Outcome help = skew_in(folder, "--help");
  CHECK(help.code == 0);
  for (const char* command : {"train", "eval", "predict", "data", "info", "bench", "loss"}) {
    CHECK_THAT(help.out, Contains(command));
    const Outcome one = skew_in(folder, std::string(command) + " --help");
    CHECK(one.code == 0);
    CHECK_THAT(one.out, Contains("Options"));
  }
  CHECK_THAT(skew_in(folder, "train --help-all").out, Contains("Usage: skew train"));
  CHECK_THAT(skew_in(folder, "--version").out, Contains("skew 0."));
}

TEST_CASE("skew info tells of an op what it computes, and where") {
  const ScratchFolder folder;
  const Outcome op = skew_in(folder, "info conv_transpose2d");
  CHECK(op.code == 0);
  CHECK_THAT(op.out, Contains("The adjoint of conv2d") && Contains("formula  y = ") && Contains("source   Zeiler") &&
                         Contains("sum_to_channels") && Contains("devices  reference, cpu"));
}

TEST_CASE("a word that a command needs is asked for by name, with what it is") {
  const ScratchFolder folder;
  for (const auto& [command, said] : std::vector<std::pair<std::string, std::string>>{
           {"predict", "skew: predict: run is missing: run folder, or a weights file; see `skew predict --help`\n"},
           {"predict my_images",
            "skew: predict: images is missing: images, folders of them, or tables with a column path; 'my_images' was "
            "taken for run; see `skew predict --help`\n"},
           {"data export", "skew: data export: src is missing: folder with labels.csv"},
           {"loss show", "skew: loss show: name is missing: "}}) {
    const Outcome o = skew_in(folder, command);
    CHECK(o.code == 2);
    CHECK_THAT(o.err, Catch::StartsWith(said));
  }
}

TEST_CASE("unknown words are answered with the nearest known one, exit 2") {
  const ScratchFolder folder;
  folder.png("a.png", 16, 16);
  write_model(folder, "m.safetensors");
  const std::vector<std::pair<std::string, std::string>> rows = {
      {"trian", "unknown command 'trian'; did you mean 'train'?"},
      {"--versoin", "unknown option '--versoin'; did you mean '--version'?"},
      {"data chekc x", "did you mean 'data check'?"},
      {"bench --modle small_cnn", "unknown option '--modle'; did you mean '--model'?"},
      {"bench --model resnet81", "unknown model 'resnet81'; did you mean 'resnet8'?"},
      {"bench --loss focall", "unknown loss 'focall'; did you mean 'focal'?"},
      {"bench --dtype floot", "did you mean 'float'?"},
      {"bench --device cpuu", "unknown device 'cpuu'; did you mean 'cpu'?"},
      {"info resnet81", "unknown network or op 'resnet81'; did you mean 'resnet8'?"},
      {"info sin", "unknown network or op 'sin'"},
      {"info --img-sise 3", "did you mean '--img-size'?"},
      {"predict m.safetensors a.png --formt csv", "did you mean '--format'?"},
      {"predict m.safetensors a.png --format jsn", "did you mean 'json'?"},
      {"data split synth:shapes14 --stratify multilable", "did you mean 'multilabel'?"},
      {"data show synth:shapes14 --augment flp", "did you mean 'flip'?"},
      {"data show synth:shapes14 --split tran", "did you mean 'train'?"},
      {"train --data synth:shapes14 --modle resnet8", "did you mean '--model'?"},
      {"train --data synth:shapes14 --device gpu", "did you mean 'cuda'?"},
      {"train data=synth:shapes14 epochs=3", "did you mean --data=synth:shapes14?"},
      {"train --data synth:shapes14 --loss focall", "unknown --loss 'focall'; did you mean 'focal'?"}};
  for (const auto& [arguments, message] : rows) {
    INFO(arguments);
    const Outcome o = skew_in(folder, arguments);
    CHECK(o.code == 2);
    CHECK(o.out.empty());
    CHECK_THAT(o.err, Contains(message));
  }
}

TEST_CASE("missing and impossible arguments exit 2") {
  const ScratchFolder folder;
  for (const char* arguments :
       {"predict", "predict m.safetensors", "data check", "data split", "data export synth:shapes14", "eval",
        "bench -b 0", "bench -b x", "bench --img-size -3", "bench --threads many", "bench --steps -1",
        "bench --loss bce --shape 3", "bench --per-layer --json", "info resnet8 --classes 0",
        "data split synth:shapes14 --ratio 1/2/3/4", "data show synth:shapes14 --n 0"}) {
    INFO(arguments);
    const Outcome o = skew_in(folder, arguments);
    CHECK(o.code == 2);
    CHECK_THAT(o.err, Contains("skew: "));
  }
}

TEST_CASE("fewer threads than were asked for: as many as there are, or a refusal, never a wait") {
  const ScratchFolder folder;
  const std::string step = "bench --model small_cnn --train --img-size 16 -b 4 --steps 1 --warmup 0";
  for (const char* environment : {"OMP_THREAD_LIMIT=1 OMP_NUM_THREADS=2", "OMP_THREAD_LIMIT=2 OMP_NUM_THREADS=4",
                                  "OMP_DYNAMIC=true OMP_NUM_THREADS=2", "OMP_THREAD_LIMIT=1 SKEW_THREADS=1"}) {
    INFO(environment);
    const Outcome o = skew_in(folder, step, std::string("timeout 100 env ") + environment);
    INFO(o.err);
    CHECK(o.code == 0);
  }
  const Outcome limited = skew_in(folder, step + " --threads 2", "timeout 100 env OMP_THREAD_LIMIT=1");
  CHECK(limited.code == 2);
  CHECK_THAT(limited.err, Contains("threads: expected 1..1, got 2; OMP_THREAD_LIMIT allows no more"));
  for (const char* word : {"abc", "0", "4,2", "1.5", "-1", "5000", "''"}) {
    INFO(word);
    const Outcome o = skew_in(folder, step, std::string("SKEW_THREADS=") + word);
    CHECK(o.code == 2);
    CHECK_THAT(o.err, Contains("SKEW_THREADS: expected a whole number in 1.."));
  }
}

TEST_CASE("results that cannot be written are a failure") {
  const ScratchFolder folder;
  for (const char* arguments :
       {"info > /dev/full", "bench --loss bce --shape 2,2 --steps 1 --warmup 0 --json > /dev/full"}) {
    const Outcome o = skew_in(folder, arguments);
    CHECK(o.code == 1);
    CHECK_THAT(o.err, Contains("stdout: cannot write"));
  }
}
