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
  CHECK_THAT(o.out, Contains("patients  AP first"));
  CHECK_THAT(contents_of(folder.path() / "out/curves.svg"), Contains("Gains over one") && Contains("over 6 patients"));
  CHECK_THAT(contents_of(folder.path() / "out/curves.csv"),
             Contains("class,run,recall,precision,threshold\n") && Contains("\ncat,one,") && Contains("\ncat,two,"));
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
  CHECK_THAT(compared, Contains("(-1.00 to +1.00)\n"));  // nothing is known of the gain
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
  CHECK_THAT(o.err, Contains("was trained on other images, splits or labels than runs/one"));
  CHECK(skew_in(folder, "compare runs/one runs/third --data set").code == 0);
}
