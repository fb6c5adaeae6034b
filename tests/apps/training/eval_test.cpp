// `skew eval` from outside: that it measures on the images that training left out, read as training read them.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/apps/training/tiny_set.h"

using namespace skew;
using Catch::Contains;

namespace {

// The paths that an evaluation wrote predictions for, in order.
std::vector<std::string> predicted(const ScratchFolder& folder, const std::string& name) {
  const CsvTable table(contents_of(folder.path() / name / "predictions.csv"), name);
  std::vector<std::string> out;
  for (int64_t row = 0; row < table.rows(); ++row) out.emplace_back(table.at(row, 0));
  return out;
}

// The paths of one split of a split.csv, in order.
std::vector<std::string> paths_in(const ScratchFolder& folder, const std::string& name, const std::string& split) {
  const CsvTable table(contents_of(folder.path() / name), name);
  std::vector<std::string> out;
  for (int64_t row = 0; row < table.rows(); ++row)
    if (table.at(row, 1) == split) out.emplace_back(table.at(row, 0));
  return out;
}

}  // namespace

TEST_CASE("data without splits are tested on the images that the run left out") {
  const ScratchFolder folder;
  write_tiny_set(folder);
  const std::string whole = contents_of(folder.path() / "set/labels.csv"), bare = without_column(whole, "split");
  folder.write("set/labels.csv", bare);
  REQUIRE(skew_in(folder, tiny_run + "--epochs 1 --seed 7 --name r").code == 0);
  const Outcome o = skew_in(folder, "eval runs/r --data set");
  REQUIRE(o.code == 0);
  CHECK_THAT(o.out, Contains("split: runs/r/split.csv"));
  CHECK(predicted(folder, "runs/r/test") == paths_in(folder, "runs/r/split.csv", "test"));
  REQUIRE(skew_in(folder, "eval runs/r/weights/last.safetensors --data set --split val -o out").code == 0);
  CHECK(predicted(folder, "out") == paths_in(folder, "runs/r/split.csv", "val"));
  CHECK(skew_in(folder, "eval runs/r --data set --json").out.rfind("{", 0) == 0);  // JSON alone on stdout

  SECTION("other images are refused with the next step") {
    folder.png("other/x.png", 16, 16);
    folder.write("other/labels.csv", "path,cat,dog,fox\nx.png,1,0,0\n");
    const Outcome other = skew_in(folder, "eval runs/r --data other");
    CHECK(other.code == 1);
    CHECK_THAT(other.err, Contains("no row for x.png") && Contains("add a column split"));
    folder.write("other/labels.csv", "path,split,cat,dog,fox\nx.png,test,1,0,0\n");
    CHECK(skew_in(folder, "eval runs/r --data other").code == 0);
    folder.write("other/labels.csv", "path,cat,dog,fox\nx.png,1,0,0\n");
    folder.write("other.csv", "path,split\nx.png,test\n");
    CHECK(skew_in(folder, "eval runs/r --data other --split-file other.csv").code == 0);
  }
  SECTION("a model without its split is refused") {
    for (const char* run : {"runs/r", "runs/r/weights/best.safetensors", "alone.safetensors"}) {
      folder.write("alone.safetensors", contents_of(folder.path() / "runs/r/weights/best.safetensors"));
      std::filesystem::remove(folder.path() / "runs/r/split.csv");
      const Outcome none = skew_in(folder, "eval " + std::string(run) + " --data set -o out");
      CHECK(none.code == 1);
      CHECK_THAT(none.err, Contains("no split.csv") && Contains("--split-file"));
    }
  }
}

TEST_CASE("eval shows and stores scores and calibrated risks, and says which map was chosen") {
  const ScratchFolder folder;
  const std::string data = " --data synth:shapes14";  // val and test alike
  REQUIRE(skew_in(folder, "train --model small_cnn --img-size 12 --epochs 1 --loss ral -q --threads 1 --name r" + data)
              .code == 0);
  CHECK_THAT(contents_of(folder.path() / "runs/r/log.txt"),
             Contains("note   calibrated risks") && Contains("held-out log loss: scores as they are"));
  const Outcome o = skew_in(folder, "eval runs/r" + data);
  REQUIRE(o.code == 0);
  CHECK_THAT(o.out, Contains("calibrated risk") && Contains("map: ") && Contains("held-out"));
  const auto written = nlohmann::json::parse(contents_of(folder.path() / "runs/r/test/metrics.json"));
  for (const char* key : {"log_loss", "brier", "ECE"}) {
    INFO(key);
    CHECK(written["calibrated"][key]["value"] < written[key]["value"]);  // ral's scores are far above the rates
  }
  CHECK(written["F1_at_0.5"]["tail"].contains("value"));
  CHECK(written["calibrated"]["F1_at_0.5"]["head"].contains("value"));
  CHECK(written["calibration"]["method"].is_string());
  const CsvTable table(contents_of(folder.path() / "runs/r/test/predictions.csv"), "predictions.csv");
  CHECK(table.columns().size() == 1 + 14 + 14 + 14);
  CHECK((table.column("hook") == 14 && table.column("hook calibrated") == 28 && table.column("hook true") == 42));
  for (const char* figure : {"pr", "roc", "reliability"}) {
    const std::filesystem::path stem = folder.path() / "runs/r/test" / figure;
    CHECK_THAT(contents_of(stem.string() + ".svg"), Contains(">hook</text>"));
    CHECK_THAT(contents_of(stem.string() + ".csv"), Contains("\nhook,"));
  }

  SECTION("weights of an earlier version: the scores alone") {
    const SafetensorsFile file = SafetensorsFile::read((folder.path() / "runs/r/weights/best.safetensors").string());
    Metadata earlier = file.metadata();
    earlier.erase("calibration"), earlier.erase("logit_scale");
    write_safetensors((folder.path() / "earlier.safetensors").string(), file.tensors(), earlier);
    const Outcome old = skew_in(folder, "eval earlier.safetensors -o out" + data);
    CHECK(old.code == 0);
    CHECK_THAT(old.out, Contains("map: none is stored with these weights") && !Contains("calibrated risk"));
    CHECK_FALSE(nlohmann::json::parse(contents_of(folder.path() / "out/metrics.json")).contains("calibrated"));
  }
}

TEST_CASE("a split file given to train replaces the data's own splits in eval too") {
  const ScratchFolder folder;
  write_tiny_set(folder);
  REQUIRE(skew_in(folder, "data split set --seed 3 -o mine.csv").code == 0);
  REQUIRE(skew_in(folder, tiny_run + "--epochs 1 --name r --split-file mine.csv").code == 0);
  CHECK(contents_of(folder.path() / "runs/r/split.csv") == contents_of(folder.path() / "mine.csv"));
  REQUIRE(skew_in(folder, "eval runs/r --data set").code == 0);
  CHECK(predicted(folder, "runs/r/test") == paths_in(folder, "mine.csv", "test"));
}

TEST_CASE("train and test without val: the test images are the data's own") {
  const ScratchFolder folder;
  write_tiny_set(folder);
  std::string table = contents_of(folder.path() / "set/labels.csv");
  for (size_t at; (at = table.find(",val,")) != table.npos;) table.replace(at, 5, ",train,");
  folder.write("set/labels.csv", table);
  REQUIRE(skew_in(folder, tiny_run + "--epochs 1 --seed 5 --name r").code == 0);
  CHECK_THAT(skew_in(folder, "eval runs/r --data set").out, !Contains("split: "));
  CHECK_THAT(skew_in(folder, "eval runs/r --data set --split val").out, Contains("split: runs/r/split.csv"));
  CHECK(predicted(folder, "runs/r/val") == paths_in(folder, "runs/r/split.csv", "val"));
}

TEST_CASE("eval reads a table as training did") {
  const ScratchFolder folder;
  write_tiny_set(folder);
  const CsvTable plain(contents_of(folder.path() / "set/labels.csv"), "labels.csv");
  std::string table = "image_no,fold,age,owner,cat,dog,fox\n";
  for (int64_t row = 0; row < plain.rows(); ++row) {
    const auto field = [&](int64_t c) { return std::string(plain.at(row, c)); };
    table += field(0) + "," + field(1) + ",54,o" + std::to_string(row) + "," + field(2) + "," + field(3) + "," +
             field(4) + "\n";
  }
  folder.write("set/labels.csv", table);
  const std::string columns = "--path-col image_no --split-col fold --group owner ";
  REQUIRE(skew_in(folder, tiny_run + columns + "--ignore age,fox --epochs 1 --name ignored").code == 0);
  REQUIRE(skew_in(folder, tiny_run + columns + "--classes fox,cat --epochs 1 --name chosen").code == 0);
  for (const char* run : {"runs/ignored", "runs/chosen", "runs/chosen/weights/last.safetensors"}) {
    const Outcome o = skew_in(folder, "eval " + std::string(run) + " --data set");
    INFO(run << " " << o.err);
    CHECK(o.code == 0);
    CHECK_THAT(o.out, Contains("16 images of test") && Contains("of 2 classes"));
  }
  CHECK(skew_in(folder, "eval runs/chosen --data set --classes fox,cat").code == 0);
  CHECK(skew_in(folder, "eval runs/chosen --data set --classes cat,fox").code == 0);  // in the model's order
  const Outcome fewer = skew_in(folder, "eval runs/chosen --data set --classes cat");
  CHECK(fewer.code == 1);
  CHECK_THAT(fewer.err,
             Contains("its classes (cat) are not the model's (fox, cat), in this order; leave out --classes"));
  CHECK(skew_in(folder, "eval runs/chosen").out == skew_in(folder, "eval runs/chosen --data set").out);
  const Outcome unknown = skew_in(folder, "eval runs/chosen --data set --path-col age");  // the line's own is used
  CHECK_THAT(unknown.err, Contains("54 is already listed"));

  SECTION("the model knows its classes: no settings of a run are needed") {
    folder.write("m.safetensors", contents_of(folder.path() / "runs/chosen/weights/best.safetensors"));
    CHECK(skew_in(folder, "eval m.safetensors --data set --path-col image_no --split-col fold").code == 0);
    folder.write("set/labels.csv", without_column(table, "fox"));
    const Outcome less = skew_in(folder, "eval runs/chosen --data set");
    CHECK(less.code == 0);
    CHECK_THAT(less.err, Contains("no column of the model's class fox: not measured"));
    CHECK_THAT(less.out, Contains("over 1 of 2 classes"));
  }
}

TEST_CASE("a run trained with missing labels is measured against the labels as they are") {
  const ScratchFolder folder;
  write_tiny_set(folder);
  auto positives = [&](const std::string& name, const std::string& options) {
    CHECK(skew_in(folder, tiny_run + "--epochs 1 --project runs --name " + name + options).code == 0);
    CHECK(skew_in(folder, "eval runs/" + name + " --data set --split val").code == 0);
    const CsvTable table(contents_of(folder.path() / ("runs/" + name) / "val/per_class.csv"), name);
    std::map<std::string, std::string> found;
    for (int64_t row = 0; row < table.rows(); ++row)
      found[std::string(table.at(row, table.column("class")))] = table.at(row, table.column("n+ val"));
    return found;
  };
  CHECK(positives("noisy", " --missing-labels .8") == positives("clean", ""));
}

TEST_CASE("with --ema the last weights are the average that thresholds and calibration were made for") {
  const ScratchFolder folder;
  write_tiny_set(folder);
  REQUIRE(skew_in(folder, tiny_run + "--epochs 1 --ema .9 --name r").code == 0);  // one epoch: the best is the last
  for (const char* which : {"best", "last"})
    REQUIRE(
        skew_in(folder, text("eval runs/r/weights/", which, ".safetensors --data set --split val -o ", which)).code ==
        0);
  CHECK(contents_of(folder.path() / "last/predictions.csv") == contents_of(folder.path() / "best/predictions.csv"));
}

TEST_CASE("eval knows its data from the run; a run's split is about the run's images alone") {
  const ScratchFolder folder;
  for (int k = 0; k < 40; ++k) folder.png(text("set/", k % 2 ? "cat/" : "dog/", k, ".png"), 16, 16, 1, 5 * k);
  const std::string train = "train --data set --model small_cnn -b 8 --threads 1 -q --epochs 1 --name r";
  REQUIRE(skew_in(folder, train).code == 0);
  const Outcome own = skew_in(folder, "eval runs/r"), named = skew_in(folder, "eval runs/r --data set");
  CHECK(own.code == 0);
  CHECK(own.out == named.out);
  CHECK_THAT(own.out, Contains("split: runs/r/split.csv") && Contains("8 images of test"));
  CHECK_THAT(skew_in(folder, "eval runs/r --split all").out, Contains("40 images of all"));
  std::filesystem::rename(folder.path() / "set", folder.path() / "moved");  // the same images in another place
  CHECK(skew_in(folder, "eval runs/r").code == 1);
  CHECK_THAT(skew_in(folder, "eval runs/r --data moved").out, Contains("8 images of test"));
  std::filesystem::rename(folder.path() / "moved/cat", folder.path() / "moved/fox");  // other images, names as before
  std::filesystem::rename(folder.path() / "moved/dog", folder.path() / "moved/cat");
  std::filesystem::rename(folder.path() / "moved/fox", folder.path() / "moved/dog");
  for (int k = 0; k < 40; ++k)
    std::filesystem::rename(folder.path() / (text("moved/", k % 2 ? "dog/" : "cat/", k, ".png")),
                            folder.path() / (text("moved/", k % 2 ? "dog/" : "cat/", k ^ 1, ".png")));
  folder.png("moved/cat/99.png", 16, 16);
  const Outcome foreign = skew_in(folder, "eval runs/r --data moved");
  CHECK(foreign.code == 1);
  CHECK_THAT(foreign.err, Contains("--split all") && Contains("no row for cat/99.png"));
  CHECK_THAT(skew_in(folder, "eval runs/r --data moved --split all").out, Contains("41 images of all"));

  SECTION("data that lack a class, and data that have one more") {
    std::filesystem::remove_all(folder.path() / "moved/dog");
    const Outcome less = skew_in(folder, "eval runs/r --data moved --split all");
    CHECK(less.code == 0);
    CHECK_THAT(less.out, Contains("0 of 2"));
    folder.png("moved/eel/1.png", 16, 16);
    const Outcome more = skew_in(folder, "eval runs/r --data moved --split all");
    CHECK(more.code == 1);
    CHECK_THAT(
        more.err,
        Contains(
            "the model does not know the class eel, but cat, dog; leave it out of the measurement with --ignore eel"));
    CHECK(skew_in(folder, "eval runs/r --data moved --split all --ignore eel").code == 0);
  }
}

TEST_CASE("a copy of the data elsewhere is read as the training's were") {
  const ScratchFolder folder;
  std::string table = "scan,verdict_a,verdict_b,owner,split\n";
  for (int k = 0; k < 24; ++k) {
    folder.png(text("set/", k, ".png"), 16, 16, 1, 9 * k);
    table += text(k, ".png,", k % 3 ? "1" : "", ",", k % 2 ? "-1" : "1", ",o", k, k < 16 ? ",train\n" : ",test\n");
  }
  folder.write("set/labels.csv", table);
  const std::string options = "--path-col scan --group owner --unknown-as 0 --exif ignore ";
  REQUIRE(skew_in(folder, tiny_run + options + "--epochs 1 --name r").code == 0);
  const Outcome own = skew_in(folder, "eval runs/r --split all -o a --json");
  std::filesystem::rename(folder.path() / "set", folder.path() / "copy");
  const Outcome copy = skew_in(folder, "eval runs/r --data copy --split all -o b --json");
  INFO(own.err << copy.err);
  CHECK(own.code == 0);
  auto of_own = nlohmann::json::parse(own.out), of_copy = nlohmann::json::parse(copy.out);
  CHECK(of_own["data"] == "set");
  CHECK(of_copy["data"] == "copy");
  of_own.erase("data");
  of_copy.erase("data");
  CHECK(of_copy == of_own);
}
