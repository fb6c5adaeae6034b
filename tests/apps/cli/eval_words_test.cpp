// What `skew eval` says of what it measured: in its files, its folders, its columns, and where it refuses.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/apps/cli/run_program.h"

using namespace skew;
using Catch::Matchers::Contains;

namespace {

void labelled_images(const ScratchFolder& folder, const std::string& set, int shift = 0) {
  std::string table = "path,split,cat,dog\n";
  for (int i = 0; i < 24; ++i) {
    const char* split = i < 8 ? "train" : i < 12 ? "val" : "test";
    folder.png(text(set, "/", i, ".png"), 8, 8, 1, i % 2 ? 200 : 20 + i);
    const std::string dog = i == 3 ? "" : i % 3 == shift ? "1" : "0";  // one label is unknown
    table += text(i, ".png,", split, ",", i % 2, ",", dog, "\n");
  }
  folder.write(set + "/labels.csv", table);
}

Outcome trained(const ScratchFolder& folder, const std::string& data, const std::string& name) {
  return skew_in(folder, "train --data " + data + " --model small_cnn --epochs 1 -b 4 --threads 1 -q --name " + name);
}

nlohmann::json metrics_of(const ScratchFolder& folder, const std::string& name) {
  return nlohmann::json::parse(contents_of(folder.path() / name / "metrics.json"));
}

}  // namespace

TEST_CASE("metrics.json says what it is of; another data set has a folder of its own") {
  const ScratchFolder folder;
  labelled_images(folder, "set");
  labelled_images(folder, "other set", 1);
  REQUIRE(trained(folder, "set", "r").code == 0);
  REQUIRE(skew_in(folder, "eval runs/r").code == 0);
  const auto own = metrics_of(folder, "runs/r/test");
  CHECK(own["data"] == "set");
  CHECK(own["split"] == "test");
  CHECK(own["weights"] == "runs/r/weights/best.safetensors");
  CHECK(own["fingerprint"].get<std::string>().size() == 8);
  CHECK_FALSE(own.contains("loss"));
  const Outcome other = skew_in(folder, "eval runs/r --data 'other set'");
  CHECK(other.code == 0);
  CHECK_THAT(other.err,
             Contains("note: measured on other set; runs/r was trained on set") && Contains("runs/r/test-other-set-"));
  CHECK(metrics_of(folder, "runs/r/test") == own);
  CHECK_THAT(other.out, Contains("files in runs/r/test-other-set-"));
  CHECK(skew_in(folder, "eval runs/r --data ./set/").err == "");  // the same place
}

TEST_CASE("columns are named by the split that was measured") {
  const ScratchFolder folder;
  labelled_images(folder, "set");
  REQUIRE(trained(folder, "set", "r").code == 0);
  const std::string val = skew_in(folder, "eval runs/r --split val").out;
  CHECK_THAT(val, Contains("train  val ") && Contains("train, val: images with the class") && !Contains("test"));
  CHECK_THAT(val, Contains("an AP of its share of the\n  known labels measured\n"));
  CHECK_THAT(contents_of(folder.path() / "runs/r/val/per_class.csv"), Contains("n+ train,n+ val,"));
  const std::string train = skew_in(folder, "eval runs/r --split train").out;
  CHECK_THAT(train, Contains("train  measured "));
  CHECK_THAT(contents_of(folder.path() / "runs/r/train/per_class.csv"), Contains("n+ train,n+ measured,"));
}

TEST_CASE("a threshold is a number, a file or val; of one class an image there is none") {
  const ScratchFolder folder;
  labelled_images(folder, "set");
  REQUIRE(trained(folder, "set", "r").code == 0);
  const std::string half = skew_in(folder, "eval runs/r --thresholds .5 --json").out;
  CHECK(skew_in(folder, "eval runs/r --thresholds 0.50 --json").out == half);
  const Outcome third = skew_in(folder, "eval runs/r --thresholds .3");
  CHECK(third.code == 0);
  CHECK_THAT(third.out, Contains("as given for all classes"));
  CHECK_THAT(contents_of(folder.path() / "runs/r/test/thresholds.csv"), Contains("\ncat,0.3,given"));
  for (const char* wrong : {"1.5", "-1", "nan"}) {
    const Outcome o = skew_in(folder, text("eval runs/r --thresholds=", wrong));
    INFO(wrong << o.err);
    CHECK(o.code == 2);
    CHECK_THAT(o.err, Contains("a number from 0 to 1"));
  }
  write_model(folder, "single.safetensors", Task::single_label);
  const Outcome single = skew_in(folder, "eval single.safetensors --data set --thresholds .3 -o out");
  CHECK(single.code == 2);
  CHECK_THAT(single.err, Contains("decides by its highest score"));
}

TEST_CASE("a folder that cannot be made is noticed before anything is measured, in words of ours") {
  const ScratchFolder folder;
  labelled_images(folder, "set");
  REQUIRE(trained(folder, "set", "r").code == 0);
  folder.write("file", "");
  std::filesystem::create_symlink("loop", folder.path() / "loop");
  for (const std::string command : {"eval runs/r", "compare runs/r runs/r/weights/last.safetensors"})
    for (const std::string& out : {std::string("file"), std::string(300, 'x'), std::string("loop")}) {
      const Outcome o = skew_in(folder, command + " -o " + out);
      INFO(command << " " << o.err);
      CHECK(o.code == 1);
      CHECK(o.out == "");
      CHECK_THAT(o.err, Contains("cannot make this folder") && !Contains("filesystem error"));
    }
  CHECK(skew_in(folder, "eval runs/none -o new").code == 1);
  CHECK(skew_in(folder, "compare runs/r runs/none -o new").code == 1);
  CHECK_FALSE(std::filesystem::exists(folder.path() / "new"));
}

TEST_CASE("of one class an image: top-1 and class-wise calibration have their names, what is undefined is blank") {
  const ScratchFolder folder;
  for (int k = 0; k < 60; ++k) folder.png(text("set/", k % 20 ? "cat/" : "dog/", k, ".png"), 8, 8, 1, 4 * k);
  REQUIRE(trained(folder, "set", "r").code == 0);
  const Outcome o = skew_in(folder, "eval runs/r --split all");
  INFO(o.out);
  CHECK_THAT(o.out, Contains("top-1 ECE"));
  CHECK_THAT(o.err, Contains("warning: runs/r has seen "));
  const auto all = metrics_of(folder, "runs/r/all");
  CHECK(all.contains("ECE_top1"));
  CHECK_FALSE(all.contains("ECE"));
  CHECK_THAT(contents_of(folder.path() / "runs/r/all/reliability.svg"), Contains("class-wise calibration error"));
  for (size_t c = 0; c < 2; ++c) {
    const bool predicted = all["confusion"][0][c].get<int>() + all["confusion"][1][c].get<int>() > 0;
    CHECK(all["per_class"]["precision"][c].is_null() != predicted);
  }
  const bool one_kind = all["per_class"]["precision"][0].is_null() || all["per_class"]["precision"][1].is_null();
  CHECK(one_kind);  // all are taken for cats: what this case is about
}
