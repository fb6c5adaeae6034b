// skew compare: two runs on the same images, in a table and in files.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/apps/cli/run_program.h"

using namespace skew;
using Catch::Matchers::Contains;

namespace {

// 24 images of four patients in train, val and test; bright ones are cats.
void images_of_patients(const ScratchFolder& folder, const std::string& set) {
  std::string table = "path,split,patient_id,cat,dog\n";
  for (int i = 0; i < 24; ++i) {
    const char* split = i < 8 ? "train" : i < 12 ? "val" : "test";
    folder.png(text(set, "/", i, ".png"), 8, 8, 1, i % 2 ? 200 : 20 + i);
    table += text(i, ".png,", split, ",p", i / 2, ",", i % 2, ",", i % 3 == 0, "\n");
  }
  folder.write(set + "/labels.csv", table);
}

void train(const ScratchFolder& folder, const std::string& set, const std::string& name, const std::string& more = "") {
  const Outcome o = skew_in(
      folder, "train --data " + set + " --model small_cnn --epochs 1 -b 4 --threads 1 -q --name " + name + " " + more);
  INFO(o.err);
  REQUIRE(o.code == 0);
}

}  // namespace

TEST_CASE("two runs are compared over patients; a run with itself gains nothing") {
  const ScratchFolder folder;
  images_of_patients(folder, "set");
  train(folder, "set", "one");
  train(folder, "set", "two", "--loss bce --seed 3");
  const Outcome o = skew_in(folder, "compare runs/one runs/two -o out");
  INFO(o.out << o.err);
  REQUIRE(o.code == 0);
  CHECK_THAT(o.out, Contains("gain: over one on the same images") && Contains("6 patients"));
  const auto all = nlohmann::json::parse(contents_of(folder.path() / "out/compare.json"));
  CHECK(all["over"] == "patients");
  CHECK(all["rows"].size() == 2 * (2 + 2 * 2));
  CHECK(all["rows"][0]["gain"] == 0);
  CHECK(all["rows"][0]["positives"].is_null());
  CHECK(all["rows"][2]["positives"] == 6);
  CHECK(all["data"] == "set");
  CHECK(all["split"] == "test");
  CHECK(all["fingerprint"].get<std::string>().size() == 8);
  CHECK(all["runs"][1]["weights"] == "runs/two/weights/best.safetensors");
  CHECK_THAT(o.out, Contains("patients  AP first"));
  CHECK_THAT(contents_of(folder.path() / "out/curves.svg"), Contains("Gains over one") && Contains("over 6 patients"));
  CHECK_THAT(contents_of(folder.path() / "out/curves.csv"),
             Contains("what,run,class,value,low,high,recall,precision,threshold\n") && Contains("\ncurve,one,cat,") &&
                 Contains("\ncurve,two,cat,") && Contains("\ngain in mean AP,two,"));
  const Outcome linked = skew_in(folder, "compare runs/latest runs/one runs/two");  // runs/*
  CHECK(linked.out == skew_in(folder, "compare runs/one runs/two").out);
  CHECK_THAT(linked.err, Contains("note: runs/latest is runs/two: compared once"));
  CHECK(skew_in(folder, "compare runs/latest runs/two ./runs/two").code == 2);  // a link hides no repetition
  CHECK(skew_in(folder, "compare runs/one runs/latest ./runs/latest").code == 2);
  const auto metrics = [&](const std::string& run) {
    REQUIRE(skew_in(folder, "eval runs/" + run).code == 0);
    return nlohmann::json::parse(contents_of(folder.path() / ("runs/" + run + "/test/metrics.json")));
  };
  CHECK(all["rows"][0]["value"].get<double>() == Approx(metrics("one")["mAP"]["all"]["value"].get<double>()));
  CHECK(all["rows"][0]["interval"][0].get<double>() == Approx(metrics("one")["intervals"]["mAP"][0].get<double>()));
  CHECK(all["rows"][6]["value"].get<double>() == Approx(metrics("two")["mAP"]["all"]["value"].get<double>()));
  const Outcome same = skew_in(folder, "compare runs/one runs/one/weights/best.safetensors");
  CHECK(same.code == 0);
  CHECK_THAT(same.out, Contains(".000 (.00 to .00)"));
}

TEST_CASE("a class whose positives are of one patient has no interval, and that is said") {
  const ScratchFolder folder;
  std::string table = "path,split,patient_id,cat,owl\n";
  for (int i = 0; i < 24; ++i) {
    const char* split = i < 8 ? "train" : i < 12 ? "val" : "test";
    folder.png(text("set/", i, ".png"), 8, 8, 1, i % 2 ? 200 : 20 + i);
    table += text(i, ".png,", split, ",p", i / 2, ",", i % 2, ",", i / 2 == 1 || i / 2 == 7, "\n");
  }
  folder.write("set/labels.csv", table);
  train(folder, "set", "one");
  train(folder, "set", "two", "--seed 3");
  const std::string eval = skew_in(folder, "eval runs/one").out,
                    compared = skew_in(folder, "compare runs/one runs/two").out;
  CHECK_THAT(eval, Contains("no interval (–): the positives of owl are of one patient\n") && !Contains("of cat"));
  CHECK_THAT(compared, Contains(" (–)\n") && !Contains("1.00 to +1.00"));  // nothing is known of the gain
  CHECK_THAT(compared, Contains("(–): too few for an interval"));
  CHECK_THAT(contents_of(folder.path() / "runs/one/test/per_class.csv"), Contains("patients+ test"));
}

TEST_CASE("runs that cannot be compared are refused") {
  const ScratchFolder folder;
  images_of_patients(folder, "set");
  images_of_patients(folder, "other");
  std::string table = contents_of(folder.path() / "other/labels.csv");
  table.replace(table.find("cat"), 3, "cow");
  folder.write("other/labels.csv", table);
  train(folder, "set", "one");
  train(folder, "other", "cow");
  CHECK_THAT(skew_in(folder, "compare runs/one runs/cow").err,
             Contains("runs/cow: tells other classes apart (cow, dog)"));
  CHECK(skew_in(folder, "compare runs/one").code == 2);
  CHECK_THAT(skew_in(folder, "compare runs/one ./runs/one").err, Contains("runs/one and ./runs/one are one run"));
  CHECK_THAT(skew_in(folder, "compare runs/one runs/none").err, Contains("runs/none: no such run folder"));
  CHECK(skew_in(folder, "compare runs/one runs/one --json").code == 2);
  CHECK(skew_in(folder, "compare runs/one runs/one --split later").code == 2);
  images_of_patients(folder, "third");
  folder.write("third/labels.csv",
               "path,split,cat,dog\n0.png,train,1,1\n1.png,val,0,1\n2.png,test,1,0\n3.png,test,0,1\n");
  train(folder, "third", "third");
  const Outcome o = skew_in(folder, "compare runs/one runs/third");
  CHECK(o.code == 1);
  CHECK_THAT(o.err, Contains("was trained on other images (third) than runs/one (set)"));
  CHECK(skew_in(folder, "compare runs/one runs/third --data set").code == 0);
}

namespace {

// 40 images without a split, so that a run makes its own by its seed.
void images_without_splits(const ScratchFolder& folder, const std::string& set) {
  std::string table = "path,cat,dog\n";
  for (int i = 0; i < 40; ++i) {
    folder.png(text(set, "/", i, ".png"), 8, 8, 1, i % 2 ? 200 : 20 + i);
    table += text(i, ".png,", i % 2, ",", i % 3 == 0, "\n");
  }
  folder.write(set + "/labels.csv", table);
}

size_t times(const std::string& words, const std::string& part) {
  size_t n = 0;
  for (size_t at = 0; (at = words.find(part, at)) != words.npos; at += part.size()) ++n;
  return n;
}

}  // namespace

TEST_CASE("images that a run has seen in training are not compared on unasked") {
  const ScratchFolder folder;
  images_without_splits(folder, "set");
  train(folder, "set", "one", "--seed 1");
  train(folder, "set", "two", "--seed 2");
  const Outcome own = skew_in(folder, "compare runs/one runs/two");
  CHECK(own.code == 1);
  CHECK_THAT(own.err, Contains("runs/one and runs/two were trained with different splits of set") &&
                          Contains("--split-file runs/one/split.csv") && !Contains("--split all"));
  const Outcome given = skew_in(folder, "compare runs/one runs/two --split-file runs/one/split.csv");
  CHECK(given.code == 1);
  CHECK(given.out == "");
  CHECK_THAT(given.err, Contains("runs/two: has seen ") && Contains(" of the 8 images measured (") &&
                            Contains("--split-file runs/one/split.csv"));
  const Outcome all = skew_in(folder, "compare runs/one runs/two --data set --split all");
  CHECK(all.code == 0);
  CHECK_THAT(all.err, Contains("warning: runs/one: has seen 32 of the 40 images measured (28 in train, 4 in val)"));
  CHECK_THAT(all.err, Contains("warning: runs/two: has seen 32 of the 40 images"));
  train(folder, "set", "again", "--seed 2 --split-file runs/one/split.csv");  // what the refusal says
  const Outcome fair = skew_in(folder, "compare runs/one runs/again");
  INFO(fair.err);
  CHECK(fair.code == 0);
  CHECK(fair.err == "");
  CHECK_THAT(skew_in(folder, "eval runs/two --split-file runs/one/split.csv").err,
             Contains("warning: runs/two has seen ") && Contains("these numbers are too good"));
  CHECK(skew_in(folder, "eval runs/two").err == "");
  std::filesystem::copy_file(folder.path() / "runs/two/weights/best.safetensors", folder.path() / "alone.safetensors");
  CHECK_THAT(skew_in(folder, "compare runs/one alone.safetensors --data set --split all").err,
             Contains("note: alone.safetensors: comes with no split.csv"));
}

TEST_CASE("runs have the names of their folders, and notes are said once") {
  const ScratchFolder folder;
  images_of_patients(folder, "set");
  train(folder, "set", "2026-11-30_small_cnn_ral");
  train(folder, "set", "2026-11-30_small_cnn_bce", "--loss bce");
  const std::string ral = "runs/2026-11-30_small_cnn_ral/weights/", bce = "runs/2026-11-30_small_cnn_bce/weights/";
  const Outcome o =
      skew_in(folder, "compare " + ral + "best.safetensors " + bce + "best.safetensors --theme dark -o out");
  INFO(o.out << o.err);
  REQUIRE(o.code == 0);
  CHECK_THAT(o.out, Contains("gain: over 2026-11-30_small_cnn_ral on"));
  CHECK_THAT(o.out, Contains("_ral ") && Contains("_bce "));
  CHECK(wide_lines(o.out) == "");
  CHECK_THAT(contents_of(folder.path() / "out/curves.svg"), !Contains("@media"));
  CHECK_THAT(skew_in(folder, "compare " + ral + "best.safetensors " + ral + "last.safetensors").out,
             Contains("gain: over 2026-11-30_small_cnn_ral best on"));
  const std::string latest = skew_in(folder, "compare runs/2026-11-30_small_cnn_ral runs/latest -o out").out;
  CHECK_THAT(latest, !Contains("latest"));
  CHECK_THAT(contents_of(folder.path() / "out/compare.csv"), Contains("2026-11-30_small_cnn_bce,mAP"));
  folder.write("set/23.png", "not a picture");
  const Outcome torn = skew_in(folder, "compare runs/2026-11-30_small_cnn_ral runs/latest");
  CHECK(times(torn.err, "left out: ") == 1);
  std::string table = contents_of(folder.path() / "set/labels.csv");
  folder.write("set/labels.csv", table.replace(table.find(",dog"), 4, ",pup"));
  const Outcome less = skew_in(folder, "compare runs/2026-11-30_small_cnn_ral runs/latest --classes cat");
  CHECK(less.code == 1);
}

TEST_CASE("runs whose classes stand in another order are compared by name, of another kind refused") {
  const ScratchFolder folder;
  images_of_patients(folder, "set");
  train(folder, "set", "one");
  train(folder, "set", "turned", "--classes dog,cat");
  const Outcome o = skew_in(folder, "compare runs/one runs/turned --json -o out");
  INFO(o.err);
  REQUIRE(o.code == 0);
  REQUIRE(skew_in(folder, "eval runs/turned").code == 0);
  const auto metrics = nlohmann::json::parse(contents_of(folder.path() / "runs/turned/test/metrics.json"));
  const auto rows = nlohmann::json::parse(o.out)["rows"];
  for (const auto& row : rows)
    if (row["run"] == "turned" && row["metric"] == "AP" && row["class"] == "cat")
      CHECK(row["value"].get<double>() == Approx(metrics["per_class"]["AP"][1].get<double>()));
  for (int i = 0; i < 24; ++i) folder.png(text("single/", i % 2 ? "cat/" : "dog/", i, ".png"), 8, 8, 1, 9 * i);
  train(folder, "single", "single");
  const Outcome kinds = skew_in(folder, "compare runs/one runs/single");
  CHECK(kinds.code == 1);
  CHECK_THAT(kinds.err, Contains("was trained for one class an image, and runs/one for several labels an image"));
}
