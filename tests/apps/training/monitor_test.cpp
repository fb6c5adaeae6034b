// Which epoch is kept as the best, what a run says of it, and what its files hold.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/apps/training/tiny_set.h"

using namespace skew;
using Catch::Contains;

namespace {

std::string log_of(const ScratchFolder& folder, const std::string& run) {
  return contents_of(folder.path() / "runs" / run / "log.txt");
}

// `classes` folders of grey images, brighter from class to class, in train, val and test.
void write_class_folders(const ScratchFolder& folder, const std::vector<std::string>& classes) {
  for (size_t c = 0; c < classes.size(); ++c)
    for (int k = 0; k < 8; ++k)
      folder.png("set/" +
                     std::string(k < 4   ? "train/"
                                 : k < 6 ? "val/"
                                         : "test/") +
                     classes[c] + "/" + std::to_string(k) + ".png",
                 16, 16, 1, int(40 * c) + k);
}

ModelInfo best_of(const ScratchFolder& folder, const std::string& run) {
  const std::string path = (folder.path() / "runs" / run / "weights/best.safetensors").string();
  return model_info(SafetensorsFile::read(path).metadata(), path);
}

}  // namespace

TEST_CASE("a metric that is undefined in every epoch: the last one is kept, and the log says why") {
  const ScratchFolder folder;
  std::string table = "path,split,rust\n";
  for (int i = 0; i < 24; ++i) {
    const std::string name = std::to_string(i) + ".png";
    folder.png("set/" + name, 16, 16, 1, i);
    table += name + (i % 6 == 4 ? ",val,0\n" : i % 6 == 5 ? ",test,1\n" : ",train," + std::to_string(i % 2) + "\n");
  }
  folder.write("set/labels.csv", table);
  REQUIRE(skew_in(folder, tiny_run + "--epochs 3 --name r").code == 0);
  CHECK_THAT(log_of(folder, "r"), Contains("best   epoch 3  ") && !Contains("*") &&
                                      Contains("val/mAP is undefined (no positive in val): the last epoch is kept"));
  CHECK_THAT(contents_of(folder.path() / "runs/r/val/metrics.json"), Contains("\"defined\": 0"));

  SECTION("after a resume, too, and without a readable image in val") {
    REQUIRE(skew_in(folder, "train --resume runs/r -q --threads 1").code == 0);
    for (int i = 4; i < 24; i += 6) folder.write("set/" + std::to_string(i) + ".png", "torn");
    const Outcome o = skew_in(folder, tiny_run + "--epochs 2 --name torn --bad-images skip --most-bad 1");
    INFO(o.err);
    CHECK(o.code == 0);
    CHECK_THAT(log_of(folder, "torn"), Contains("best   epoch 2  ") && Contains("the last epoch is kept"));
  }
}

TEST_CASE("the summary speaks of the weights that are kept as the best") {
  const ScratchFolder folder;
  write_tiny_set(folder, 192);
  bool earlier = false;
  for (int seed = 0; seed < 10 && !earlier; ++seed) {
    const std::string name = "r" + std::to_string(seed);
    REQUIRE(skew_in(folder, tiny_run + "--epochs 3 --lr .01 --seed " + std::to_string(seed) + " --name " + name).code ==
            0);
    const std::string log = log_of(folder, name);
    earlier = log.find("best   epoch 3") == log.npos;
    const ModelInfo info = best_of(folder, name);
    CHECK_THAT(log, Contains("beside the scores: " + describe(info.calibration, info.classes) + "\n"));
  }
  CHECK(earlier);
}

TEST_CASE(
    "single label: balanced accuracy chooses, the truth is in the files, kappa is plain unless there is an order") {
  const ScratchFolder folder;
  write_class_folders(folder, {"mild", "none", "severe"});
  REQUIRE(skew_in(folder, tiny_run + "--epochs 2 --name r").code == 0);
  CHECK_THAT(log_of(folder, "r"), Contains("new best by val/balanced_accuracy") &&
                                      Contains("fewer than 5 positives in val for 3 of 3 classes"));
  const Outcome o = skew_in(folder, "eval runs/r --data set");
  CHECK_THAT(o.out, Contains("   kappa ") && !Contains("quadratic"));
  const auto metrics = nlohmann::json::parse(contents_of(folder.path() / "runs/r/test/metrics.json"));
  CHECK(metrics["kappa_quadratic"].is_null());
  REQUIRE(metrics["confusion"].size() == 3);
  int64_t images = 0;
  for (const auto& row : metrics["confusion"]) {
    int64_t sum = 0;
    for (const int64_t n : row) sum += n;
    CHECK(sum == 2);  // the test images of each class
    images += sum;
  }
  CHECK(images == 6);
  CHECK(metrics["confusion_order"]["classes"] == nlohmann::json({"mild", "none", "severe"}));
  for (const char* split : {"val", "test"}) {
    const CsvTable table(contents_of(folder.path() / "runs/r" / split / "predictions.csv"), split);
    REQUIRE(table.column("true") == 1);
    for (int64_t r = 0; r < table.rows(); ++r)
      CHECK_THAT(std::string(table.at(r, 0)), Contains("/" + std::string(table.at(r, 1)) + "/"));
  }

  REQUIRE(skew_in(folder, tiny_run + "--epochs 1 --name o --ordinal").code == 0);
  CHECK_THAT(log_of(folder, "o"), Contains("counts for the quadratic kappa: mild, none, severe"));
  CHECK_THAT(skew_in(folder, "eval runs/o --data set").out,
             Contains("quadratic kappa ") && Contains(" in the order mild, none, severe"));
  REQUIRE(skew_in(folder, tiny_run + "--epochs 1 --name c --classes none,mild,severe").code == 0);
  CHECK(best_of(folder, "c").ordinal);
  write_tiny_set(folder);
  const Outcome several = skew_in(folder, tiny_run + "--epochs 1 --name m --ordinal");
  CHECK(several.code == 2);
  CHECK_THAT(several.err, Contains("--ordinal is for one class an image"));
}

TEST_CASE("grades as whole numbers are an order") {
  const ScratchFolder folder;
  write_class_folders(folder, {"0", "1", "2"});
  REQUIRE(skew_in(folder, tiny_run + "--epochs 1 --name r").code == 0);
  CHECK_THAT(skew_in(folder, "eval runs/r --data set").out, Contains(" in the order 0, 1, 2"));
}

TEST_CASE("a prior that the loss or the sampler changed is put back, whatever is chosen is stored") {
  const ScratchFolder folder;
  write_class_folders(folder, {"a", "b", "c"});
  for (const std::string how : {"--loss balanced_softmax", "--sampler class-aware"}) {
    INFO(how);
    for (int k = 10; k < 20; ++k) folder.png("set/train/c/" + std::to_string(k) + ".png", 16, 16, 1, 80 + k);
    REQUIRE(skew_in(folder, tiny_run + "--epochs 1 --project runs --name r " + how).code == 0);
    CHECK_THAT(log_of(folder, "r"), Contains("prior put back ") && Contains("vector scaling "));
    CHECK(skew_in(folder, "eval runs/r --data set").code == 0);
    std::filesystem::remove_all(folder.path() / "runs");
  }
}

TEST_CASE("eval takes thresholds by hand, whole or not at all, and says what they are") {
  const ScratchFolder folder;
  write_tiny_set(folder);
  REQUIRE(skew_in(folder, tiny_run + "--epochs 1 --name r").code == 0);
  CHECK_THAT(skew_in(folder, "eval runs/r --data set").out, Contains("thresholds: "));
  folder.write("t.csv", "class,threshold\ncat,.25\ndog,1\nfox,0\n");
  const Outcome given = skew_in(folder, "eval runs/r --data set --thresholds t.csv -o out");
  CHECK(given.code == 0);
  CHECK_THAT(given.out, Contains("thresholds: as given for all classes"));
  CHECK_THAT(contents_of(folder.path() / "out/thresholds.csv"), Contains("cat,0.25,given,"));
  const Outcome half = skew_in(folder, "eval runs/r --data set --thresholds 0.5");
  CHECK_THAT(half.out, Contains("thresholds: a score of .500 for all classes"));
  folder.write("t.csv", "class,threshold\ncat,.25\ndog,nan\nfox,0\n");
  const Outcome bad = skew_in(folder, "eval runs/r --data set --thresholds t.csv");
  CHECK(bad.code == 1);
  CHECK_THAT(bad.err, Contains("t.csv:3: the threshold of 'dog' is 'nan'"));
}
